//! Counts the instructions that a server spends per message, which no noise disturbs.
//!
//! User space only, under `valgrind --tool=callgrind`: what the kernel does for a `read`, a `write`
//! or a wake-up is not in it.

use std::{env, error::Error, fs, path::Path, process::Command};

use load::workload::Workload;

use crate::{
    contender::Contender,
    number::grouped,
    options::Options,
    process::{Running, output},
    table::row,
};

/// How many requests go together: as in W1, and as in W2.
const SIZES: [usize; 2] = [1, 256];
/// Requests of the shorter of two runs; the longer one has twice as many.
const REQUESTS: usize = 256 * 40;

/// A table in markdown.
pub(crate) fn report(options: &Options, binaries: &Path) -> Result<String, Box<dyn Error>> {
    let mut counted = Vec::new();
    for contender in &options.contenders {
        let mut per_message = [0.0; SIZES.len()];
        for (size, result) in SIZES.into_iter().zip(&mut per_message) {
            *result = count(options, binaries, contender, size)?;
        }
        counted.push((contender, per_message));
    }
    let mut head = vec!["contender".to_owned()];
    head.extend(SIZES.map(|size| format!("instructions, batches of {size}")));
    head.push("compared with".into());
    head.extend(SIZES.map(|size| format!("× batches of {size}")));
    let mut text = row(&head) + &row(&vec!["---".to_owned(); head.len()]);
    for (contender, per_message) in &counted {
        let baseline = contender.baseline(Workload::W2);
        let compared = counted.iter().find(|(other, _)| other.name == baseline);
        let mut cells = vec![contender.name.to_owned()];
        cells.extend(per_message.map(|count| grouped(count, 0)));
        cells.push(baseline.into());
        for (index, count) in per_message.iter().enumerate() {
            let ratio = compared.map(|(_, baseline)| grouped(count / baseline[index], 2));
            cells.push(ratio.unwrap_or_else(|| "–".into()));
        }
        text += &row(&cells);
    }
    Ok(text)
}

/// Instructions per message: the slope between two runs, so that starting costs nothing.
fn count(
    options: &Options,
    binaries: &Path,
    contender: &Contender,
    size: usize,
) -> Result<f64, Box<dyn Error>> {
    let batches = REQUESTS / size;
    let shorter = instructions(options, binaries, contender, batches, size)?;
    let longer = instructions(options, binaries, contender, 2 * batches, size)?;
    Ok((longer - shorter) / REQUESTS as f64)
}

/// Instructions of the whole life of a server that answers some batches.
fn instructions(
    options: &Options,
    binaries: &Path,
    contender: &Contender,
    batches: usize,
    size: usize,
) -> Result<f64, Box<dyn Error>> {
    let profile = env::temp_dir().join(format!(
        "callgrind.{}.{}",
        contender.name,
        std::process::id()
    ));
    let mut server = Command::new("valgrind");
    server
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(binaries.join(contender.name));
    let running = Running::start(&mut server, options.server_core)?;
    let mut client = Command::new(binaries.join("batches"));
    client
        .args([batches.to_string(), size.to_string()])
        .arg(contender.wire.name())
        .arg(running.server.address.to_string());
    output(&mut client, options.client_core)?;
    running.terminate()?;
    let profiled = fs::read_to_string(&profile)?;
    fs::remove_file(&profile)?;
    let totals = profiled
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    Ok(totals.ok_or("a profile has totals")?.trim().parse()?)
}
