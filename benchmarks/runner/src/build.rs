//! Builds what competes.

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
    process::Command,
};

use crate::options::Options;

/// Builds the client and the contenders; tells the folder of their binaries.
///
/// Package by package: features that one contender's dependencies switch on must not reach another.
pub(crate) fn contenders(options: &Options) -> Result<PathBuf, Box<dyn Error>> {
    let mut packages = vec!["load"];
    for contender in &options.contenders {
        if !packages.contains(&contender.package) {
            packages.push(contender.package);
        }
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for package in packages {
        let built = Command::new(&cargo)
            .args(["build", "--release", "--bins", "--package", package])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()?;
        if !built.success() {
            return Err(format!("`{package}` does not build").into());
        }
    }
    // cargo puts them beside the runner, which is a release binary of the same workspace
    let runner = env::current_exe()?;
    Ok(runner.parent().unwrap_or(Path::new(".")).to_owned())
}
