//! Builds what competes.

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
    process::Command,
};

use crate::options::Options;

/// Builds the client and the contenders; tells the folder of their binaries.
pub(crate) fn contenders(options: &Options) -> Result<PathBuf, Box<dyn Error>> {
    let mut built = package("load")?;
    let mut packages = Vec::new();
    for contender in &options.contenders {
        if !packages.contains(&contender.package) {
            packages.push(contender.package);
            built = package(contender.package)?;
        }
    }
    Ok(built)
}

/// Builds the binaries of one package; tells their folder.
///
/// Package by package: features that one contender's dependencies switch on must not reach another.
pub(crate) fn package(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(&cargo)
        .args(["build", "--release", "--bins", "--package", name])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if !built.success() {
        return Err(format!("`{name}` does not build").into());
    }
    // cargo puts them beside the runner, which is a release binary of the same workspace
    let runner = env::current_exe()?;
    Ok(runner.parent().unwrap_or(Path::new(".")).to_owned())
}
