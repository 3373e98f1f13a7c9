//! The crate that renames the runtime and has no prelude: that it compiles is the test, and it runs.

use std::time::Duration;

#[tokio::test]
async fn renamed_and_without_a_prelude() {
    let started = tokio::time::timeout(Duration::from_secs(20), ui_tests_renamed::start()).await;
    assert_eq!(started, Ok(Ok(())));
}
