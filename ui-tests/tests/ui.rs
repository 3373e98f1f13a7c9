//! What the macros accept, and what they say about everything else.

use std::process::Command;

use trybuild::TestCases;

/// The messages of the compiler differ from version to version: the `.stderr` files are of this one.
const TOOLCHAIN: &str = "rustc 1.95.";

#[test]
fn accepted() {
    let cases = TestCases::new();
    cases.pass("cases/*/pass/*.rs");
}

/// `TRYBUILD=overwrite cargo test -p ui-tests` writes the `.stderr` files anew: read every one of them.
#[test]
fn rejected() {
    let version = Command::new("rustc").arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let version = version.unwrap_or_default();
    if !version.starts_with(TOOLCHAIN) {
        println!("skipped: the expected messages are those of {TOOLCHAIN}x, and this is {version}");
        return;
    }
    let cases = TestCases::new();
    cases.compile_fail("cases/*/fail/*.rs");
}
