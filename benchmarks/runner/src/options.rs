//! The command line.

use std::{str::FromStr, time::Duration};

use load::workload::Workload;

use crate::contender::{self, Contender};

/// What to run, and how.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) workloads: Vec<Workload>,
    pub(crate) contenders: Vec<&'static Contender>,
    pub(crate) rounds: usize,
    pub(crate) duration: Duration,
    pub(crate) server_core: usize,
    pub(crate) client_core: usize,
    /// Whether to wait for a calm machine, and to repeat what was disturbed all the same.
    pub(crate) patient: bool,
    /// Whether the report replaces `RESULTS.md`.
    pub(crate) save: bool,
}

impl Options {
    /// Nothing named means everything.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            workloads: Vec::new(),
            contenders: Vec::new(),
            rounds: 4,
            duration: Duration::from_secs(2),
            server_core: 0,
            client_core: 1,
            patient: true,
            save: false,
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--rounds" => options.rounds = value(&argument, arguments.next())?,
                "--seconds" => {
                    let seconds = value(&argument, arguments.next())?;
                    options.duration =
                        Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
                }
                "--server-core" => options.server_core = value(&argument, arguments.next())?,
                "--client-core" => options.client_core = value(&argument, arguments.next())?,
                "--impatient" => options.patient = false,
                "--save" => options.save = true,
                name => options.add(name)?,
            }
        }
        if options.workloads.is_empty() {
            options.workloads = Workload::ALL.to_vec();
        }
        if options.contenders.is_empty() {
            options.contenders = contender::ALL.iter().collect();
        }
        options.rounds = options.rounds.max(1);
        Ok(options)
    }

    fn add(&mut self, name: &str) -> Result<(), String> {
        if let Some(contender) = Contender::named(name) {
            self.contenders.push(contender);
        } else if let Ok(workload) = name.parse() {
            self.workloads.push(workload);
        } else {
            let known: Vec<_> = contender::ALL
                .iter()
                .map(|contender| contender.name)
                .collect();
            return Err(format!(
                "unknown `{name}`; workloads: {:?}, contenders: {known:?}",
                Workload::ALL
            ));
        }
        Ok(())
    }
}

fn value<T: FromStr>(option: &str, value: Option<String>) -> Result<T, String> {
    let value = value.ok_or_else(|| format!("{option} needs a value"))?;
    value
        .parse()
        .map_err(|_| format!("{option} cannot be `{value}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn nothing_named_means_everything() {
        let options = parse("").expect("no argument is needed");
        assert_eq!(options.workloads, Workload::ALL);
        assert_eq!(options.contenders.len(), contender::ALL.len());
    }

    #[test]
    fn workloads_and_contenders_mix_with_options() {
        let options = parse("w2 --rounds 3 raw ours-ron --seconds 0.5").expect("all of them exist");
        assert_eq!(options.workloads, [Workload::W2]);
        assert_eq!(
            options
                .contenders
                .iter()
                .map(|contender| contender.name)
                .collect::<Vec<_>>(),
            ["raw", "ours-ron"]
        );
        assert_eq!(
            (options.rounds, options.duration),
            (3, Duration::from_millis(500))
        );
    }

    #[test]
    fn mistakes_are_told() {
        for line in ["w99", "--rounds", "--rounds x", "--seconds -1"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
