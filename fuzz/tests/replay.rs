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

#[test]
fn every_target_is_a_program_and_every_program_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz_targets");
    let mut programs = Vec::new();
    for file in fs::read_dir(folder).expect("a readable folder") {
        let path = file.expect("a readable folder").path();
        let stem = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let program = fs::read_to_string(&path).expect("a readable file");
        assert!(
            program.contains(&format!("run(\"{stem}\", input)")),
            "{path:?} runs another"
        );
        programs.push(stem);
    }
    let mut targets: Vec<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    programs.sort_unstable();
    targets.sort_unstable();
    assert_eq!(programs, targets);
}
