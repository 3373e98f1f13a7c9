//! Takes the samples: A B C … A B C …

use std::{error::Error, path::Path};

use load::{
    metric::{Figure, Metric},
    workload::Workload,
};

use crate::{contender::Contender, machine, options::Options, process};

/// Everything that was measured, and what went wrong.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    samples: Vec<Sample>,
    pub(crate) failures: Vec<String>,
}

#[derive(Debug)]
struct Sample {
    workload: Workload,
    contender: &'static str,
    round: usize,
    figures: Vec<Figure>,
}

impl Samples {
    /// Every round runs all contenders of a workload one after the other, so that slow phases of
    /// the machine hit all of them.
    pub(crate) fn take(options: &Options, binaries: &Path) -> Result<Self, Box<dyn Error>> {
        process::raise_open_files()?;
        eprintln!("measuring for {:.0?} or more", process::expected(options));
        let mut taken = Self::default();
        for &workload in &options.workloads {
            for round in 0..options.rounds {
                for &contender in &options.contenders {
                    taken.add(options, binaries, workload, round, contender);
                }
            }
        }
        Ok(taken)
    }

    fn add(
        &mut self,
        options: &Options,
        binaries: &Path,
        workload: Workload,
        round: usize,
        contender: &Contender,
    ) {
        let measure = || {
            if options.patient {
                machine::await_calm()?;
            }
            process::measure(binaries, options, workload, contender)
        };
        match calmest(if options.patient { 3 } else { 1 }, measure) {
            Ok(figures) => {
                let shown: Vec<_> = figures.iter().map(Figure::to_string).collect();
                eprintln!(
                    "{workload:?} round {} {}: {}",
                    round + 1,
                    contender.name,
                    shown.join(", ")
                );
                self.samples.push(Sample {
                    workload,
                    contender: contender.name,
                    round,
                    figures,
                });
            }
            Err(error) => {
                let failure = format!(
                    "{workload:?} round {} {}: {error}",
                    round + 1,
                    contender.name
                );
                eprintln!("{failure}");
                self.failures.push(failure);
            }
        }
    }

    /// What was measured in this workload, in the order of its columns.
    pub(crate) fn metrics(&self, workload: Workload) -> Vec<Metric> {
        let sample = self
            .samples
            .iter()
            .find(|sample| sample.workload == workload);
        sample.map_or_else(Vec::new, |sample| {
            sample.figures.iter().map(|figure| figure.metric).collect()
        })
    }

    /// One value per successful round.
    pub(crate) fn values(&self, workload: Workload, contender: &str, metric: Metric) -> Vec<f64> {
        self.rounds(workload, contender, metric)
            .map(|(_, value)| value)
            .collect()
    }

    /// One ratio per round in which both succeeded.
    pub(crate) fn ratios(
        &self,
        workload: Workload,
        contender: &str,
        baseline: &str,
        metric: Metric,
    ) -> Vec<f64> {
        self.rounds(workload, contender, metric)
            .filter_map(|(round, value)| {
                let mut baselines = self.rounds(workload, baseline, metric);
                let (_, baseline) = baselines.find(|(other, _)| *other == round)?;
                Some(value / baseline)
            })
            .collect()
    }

    fn rounds(
        &self,
        workload: Workload,
        contender: &str,
        metric: Metric,
    ) -> impl Iterator<Item = (usize, f64)> {
        self.samples
            .iter()
            .filter(move |sample| sample.workload == workload && sample.contender == contender)
            .filter_map(move |sample| {
                let figure = sample
                    .figures
                    .iter()
                    .find(|figure| figure.metric == metric)?;
                Some((sample.round, figure.value))
            })
    }
}

/// Measures again while others disturb; the least disturbed attempt counts.
fn calmest<E>(
    attempts: usize,
    mut measure: impl FnMut() -> Result<Vec<Figure>, E>,
) -> Result<Vec<Figure>, E> {
    /// Percent of a core.
    const CALM: f64 = 5.0;

    let mut best = measure()?;
    for _ in 1..attempts {
        if disturbance(&best) <= CALM {
            break;
        }
        let attempt = measure()?;
        if disturbance(&attempt) < disturbance(&best) {
            best = attempt;
        }
    }
    Ok(best)
}

fn disturbance(figures: &[Figure]) -> f64 {
    let disturbance = figures
        .iter()
        .find(|figure| figure.metric == Metric::Disturbance);
    disturbance.map_or(0.0, |figure| figure.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(contender: &'static str, round: usize, value: f64) -> Sample {
        let figures = vec![Figure::new(Metric::Rate, value)];
        Sample {
            workload: Workload::W2,
            contender,
            round,
            figures,
        }
    }

    #[test]
    fn the_least_disturbed_attempt_counts() {
        let disturbed = |percent| vec![Figure::new(Metric::Disturbance, percent)];
        let mut attempts = [30.0, 10.0, 20.0, 0.0].map(disturbed).into_iter();
        let calmest = calmest(3, || attempts.next().ok_or("no more attempts"));
        assert_eq!(calmest, Ok(disturbed(10.0)));
    }

    #[test]
    fn a_calm_attempt_is_not_repeated() {
        let mut attempts = [vec![Figure::new(Metric::Rate, 1.0)]].into_iter();
        assert!(calmest(3, || attempts.next().ok_or("no more attempts")).is_ok());
    }

    #[test]
    fn ratios_compare_figures_of_the_same_round() {
        let samples = Samples {
            samples: vec![
                sample("raw", 0, 10.0),
                sample("ours", 0, 5.0),
                sample("ours", 1, 7.0),
                sample("raw", 2, 4.0),
                sample("ours", 2, 8.0),
            ],
            failures: Vec::new(),
        };
        assert_eq!(
            samples.ratios(Workload::W2, "ours", "raw", Metric::Rate),
            [0.5, 2.0]
        );
        assert_eq!(
            samples.values(Workload::W2, "ours", Metric::Rate),
            [5.0, 7.0, 8.0]
        );
        assert_eq!(samples.values(Workload::W1, "ours", Metric::Rate), [0.0; 0]);
    }
}
