//! The tables of `guide::robustness` say what there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

const GUIDE: &str = include_str!("../../../reactive-messaging/src/guide/robustness.rs");
/// Where tests stand, seen from the root of the repository.
const SOURCES: [&str; 6] = [
    "tests/tests",
    "reactive-messaging/src",
    "examples/src",
    "examples/tests",
    "fuzz/src",
    "fuzz/tests",
];
/// All cases, by their groups and in the order of the tables.
const CASES: [(&str, &[u8]); 12] = [
    ("F", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
    ("R", &[1, 2, 3, 4, 5]),
    ("T", &[1, 2, 5]),
    ("C", &[1, 2, 3, 4, 6, 7, 8, 9]),
    ("S", &[1, 2, 4, 5, 6]),
    ("H", &[1, 2, 4, 5, 6]),
    ("B", &[1, 2, 3, 4, 5, 6, 7]),
    ("N", &[1, 2, 3, 4, 5]),
    ("P", &[1, 3, 4, 5, 6, 7]),
    ("X", &[1, 2, 3, 4, 5]),
    ("WS", &[1, 2, 3, 4, 5, 7]),
    ("I", &[1, 2, 3, 4, 5, 6]),
];
/// Groups of transports that do not exist yet.
const TO_COME: [&str; 3] = ["X", "WS", "I"];
const REASON: &str = "comes with its transport";
/// What fuzz targets check of every input: they are fns that no harness knows.
const CHECKS: [&str; 2] = ["f7_no_lossy_conversion", "f11_what_is_accepted_is_readable"];

struct Row<'a> {
    id: &'a str,
    promise: &'a str,
    tests: &'a str,
}

impl Row<'_> {
    fn names(&self) -> BTreeSet<String> {
        let quoted = self.tests.split('`').skip(1).step_by(2);
        quoted.map(str::to_owned).collect()
    }
}

fn rows() -> Vec<Row<'static>> {
    let cells = GUIDE.lines().filter_map(|line| {
        let cells = line.strip_prefix("//! | ")?.strip_suffix(" |")?;
        let (id, rest) = cells.split_once(" | ")?;
        let (promise, tests) = rest.rsplit_once(" | ")?;
        Some(Row { id, promise, tests })
    });
    cells.filter(|row| row.id != "id").collect()
}

/// The group and the number of what looks like an id of a case, such as `f1` or `ws7`.
fn split(word: &str) -> Option<(String, u8)> {
    let digits = word.find(|char: char| char.is_ascii_digit())?;
    let (group, number) = word.split_at(digits);
    let group = group.to_uppercase();
    let is_known = CASES.iter().any(|(known, _)| *known == group);
    is_known.then_some((group, number.parse().ok()?))
}

/// The ids that the name of a fn begins with, all of them in front of what it says.
fn ids(name: &str) -> BTreeSet<String> {
    let name = name.strip_prefix("loom_").unwrap_or(name);
    let mut words = name.split('_').peekable();
    let mut ids = BTreeSet::new();
    while let Some((group, number)) = words.next().and_then(split) {
        if words.peek().is_some() {
            ids.insert(format!("{group}{number}"));
        }
    }
    ids
}

/// A fn as it stands in a source.
struct Named<'a> {
    name: &'a str,
    /// Whether a harness runs it, by itself or as one that `proptest!` makes.
    is_test: bool,
}

impl Named<'_> {
    /// Whether it looks like one of a case whose number nobody knows, such as `f_…`.
    fn has_half_an_id(&self) -> bool {
        let group = self.name.split('_').next().expect("a first word");
        let is_known = |(known, _): &(&str, _)| *known == group.to_uppercase();
        self.is_test && CASES.iter().any(is_known)
    }
}

/// All fns of a source. Attributes and comments have lines of their own, as rustfmt has it.
fn fns(source: &str) -> impl Iterator<Item = Named<'_>> {
    let mut is_test = false;
    source.lines().filter_map(move |line| {
        let line = line.trim_start();
        if line.starts_with("#[") || line.starts_with("//") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            return None;
        }
        let is_test = std::mem::take(&mut is_test);
        let (_, rest) = line.split_once("fn ")?;
        let end = rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '_')?;
        let name = &rest[..end];
        Some(Named { name, is_test })
    })
}

/// Adds the names of all tests within `folder` that bear an id.
fn collect(folder: &Path, names: &mut BTreeSet<String>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).expect("a readable file");
            for named in fns(&source) {
                let name = named.name;
                assert!(!named.has_half_an_id(), "{path:?}: {name} has half an id");
                if !ids(name).is_empty() {
                    let is_known = named.is_test || CHECKS.contains(&name);
                    assert!(is_known, "{path:?}: {name} bears an id, and is no test");
                    names.insert(name.to_owned());
                }
            }
        }
    }
}

fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("a repository")
}

fn sources() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in SOURCES {
        collect(&root().join(folder), &mut names);
    }
    names
}

#[test]
fn every_case_has_its_row() {
    let rows = rows();
    let found: Vec<_> = rows.iter().map(|row| row.id.to_owned()).collect();
    let of_group = |(group, numbers): &(&str, &'static [u8])| {
        let group = (*group).to_owned();
        numbers.iter().map(move |number| format!("{group}{number}"))
    };
    let expected: Vec<_> = CASES.iter().flat_map(of_group).collect();
    assert_eq!(found, expected);
    for Row { id, promise, tests } in &rows {
        assert!(promise.ends_with('.'), "{id}: {promise}");
        let (group, _) = split(id).expect("an id");
        match TO_COME.contains(&&*group) {
            true => assert_eq!(*tests, REASON, "{id}"),
            false => assert!(tests.starts_with('`'), "{id} has no test: {tests}"),
        }
    }
}

/// How a row names its tests: those in words first, then the models.
fn cell(tests: &BTreeSet<String>) -> String {
    let (models, tests): (Vec<_>, Vec<_>) = tests.iter().partition(|n| n.starts_with("loom_"));
    let quoted = tests.iter().chain(&models).map(|name| format!("`{name}`"));
    quoted.collect::<Vec<_>>().join(", ")
}

/// Names in every row what there is.
fn rewrite(tests: &BTreeMap<String, BTreeSet<String>>) {
    let mut guide = GUIDE.to_owned();
    for row in rows() {
        if let Some(tests) = tests.get(row.id) {
            let line = |tests: &str| format!("//! | {} | {} | {tests} |\n", row.id, row.promise);
            guide = guide.replace(&line(row.tests), &line(&cell(tests)));
        }
    }
    let path = root().join("reactive-messaging/src/guide/robustness.rs");
    fs::write(path, guide).expect("a writable file");
}

#[test]
fn every_test_that_bears_an_id_is_named_in_its_row_and_every_named_one_exists() {
    let mut tests: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in sources() {
        for id in ids(&name) {
            tests.entry(id).or_default().insert(name.clone());
        }
    }
    let rows = rows();
    let known: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    let unknown: Vec<_> = tests.keys().filter(|id| !known.contains(&***id)).collect();
    assert!(
        unknown.is_empty(),
        "tests of cases without a row: {unknown:?}"
    );
    if env::var_os("UPDATE_TABLES").is_some() {
        rewrite(&tests);
        return;
    }
    for row in &rows {
        let (named, there) = (row.names(), tests.remove(row.id).unwrap_or_default());
        let unnamed: Vec<_> = there.difference(&named).collect();
        let missing: Vec<_> = named.difference(&there).collect();
        assert!(
            unnamed.is_empty() && missing.is_empty(),
            "{} does not name {unnamed:?}, and names {missing:?}, which are no tests of it: \
             UPDATE_TABLES=1 mends that",
            row.id
        );
    }
}

#[test]
fn only_what_a_harness_runs_is_a_test() {
    // in capitals: this is a source, too
    let source = "\
        FN f1_helper() {}\n\
        #[tokio::test(start_paused = true)]\n\
        /// Of a case.\n\
        async FN f2_test() {}\n\
        proptest! {\n\
        #[test]\n\
        #[ignore = \"slow; for now\"]\n\
        FN f3_property(x in 0..3) {}\n\
        }\n\
        #[test]\n\
        FN f_test() {}\n\
        FN f4_last() {}\n"
        .replace("FN", "fn");
    let found = fns(&source).map(|named| (named.name, named.is_test, named.has_half_an_id()));
    let expected = [
        ("f1_helper", false, false),
        ("f2_test", true, false),
        ("f3_property", true, false),
        ("f_test", true, true),
        ("f4_last", false, false),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}
