//! Replays the seeds of all targets, so that whatever was found once is never lost again.

use std::{fs, path::Path};

use reactive_messaging_fuzz::TARGETS;

#[test]
fn no_seed_of_any_target_makes_it_panic() {
    for (name, target) in TARGETS {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("seeds")
            .join(name);
        let seeds = fs::read_dir(&seeds).unwrap_or_else(|error| panic!("{seeds:?}: {error}"));
        let mut replayed = 0;
        for seed in seeds {
            let path = seed.expect("a readable folder").path();
            println!("{}", path.display()); // shown if the target panics
            target(&fs::read(path).expect("a readable file"));
            replayed += 1;
        }
        assert!(replayed > 0, "{name} has no seeds");
    }
}
