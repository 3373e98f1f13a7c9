//! The one command: builds, interleaves, measures, compares.
//!
//! `cargo run --release -p runner -- [WORKLOAD…] [CONTENDER…] [--rounds N] [--seconds S] [--save]`
//! `cargo run --release -p runner -- instructions [CONTENDER…]`

mod build;
mod contender;
mod instructions;
mod machine;
mod number;
mod options;
mod process;
mod samples;
mod statistics;
mod table;

use std::{error::Error, fs, path::Path};

use crate::{options::Options, samples::Samples};

const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../RESULTS.md");

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    let count_instructions = arguments.next_if_eq("instructions").is_some();
    let options = Options::parse(arguments)?;
    let binaries = build::contenders(&options)?;
    if count_instructions {
        print!("{}", instructions::report(&options, &binaries)?);
        return Ok(());
    }
    let surroundings = machine::describe(&options);
    let samples = Samples::take(&options, &binaries)?;
    let report = table::report(&options, &surroundings, &samples);
    println!("{report}");
    if options.save {
        fs::write(Path::new(RESULTS), report)?;
    }
    Ok(())
}
