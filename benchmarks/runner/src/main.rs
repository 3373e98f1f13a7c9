//! The one command: builds, interleaves, measures, compares.
//!
//! `cargo run --release -p runner -- [WORKLOAD…] [CONTENDER…] [--rounds N] [--seconds S] [--save]`
//! `cargo run --release -p runner -- instructions [CONTENDER…]`
//! `cargo run --release -p runner -- wires [--rounds N]`

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
mod wires;

use std::{error::Error, fs, path::Path};

use crate::{options::Options, samples::Samples};

const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../RESULTS.md");

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    let count_instructions = arguments.next_if_eq("instructions").is_some();
    let only_wires = arguments.next_if_eq("wires").is_some();
    let options = Options::parse(arguments)?;
    if only_wires {
        print!("{}", wires::report(&options)?);
        return Ok(());
    }
    let binaries = build::contenders(&options)?;
    if count_instructions {
        print!("{}", instructions::report(&options, &binaries)?);
        return Ok(());
    }
    let surroundings = machine::describe(&options);
    let samples = Samples::take(&options, &binaries)?;
    let wires = match options.save {
        true => wires::report(&options)?,
        false => String::new(),
    };
    let report = table::report(&options, &surroundings, &samples, &wires);
    println!("{report}");
    if options.save {
        fs::write(Path::new(RESULTS), report)?;
    }
    Ok(())
}
