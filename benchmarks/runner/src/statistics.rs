//! Many values in three.

/// The middle of some values, and how far they are spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Summary {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) most: f64,
}

impl Summary {
    /// `None` of no values.
    pub(crate) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let upper = values.len() / 2;
        let lower = values.len().saturating_sub(1) / 2;
        Some(Self {
            least: *values.first()?,
            median: (values[lower] + values[upper]) / 2.0,
            most: *values.last()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_count_lies_between_its_neighbours() {
        assert_eq!(Summary::of(vec![]), None);
        let of_three = Summary::of(vec![3.0, 1.0, 2.0]);
        assert_eq!(
            of_three,
            Some(Summary {
                least: 1.0,
                median: 2.0,
                most: 3.0
            })
        );
        let of_four = Summary::of(vec![4.0, 1.0, 2.0, 3.0]);
        assert_eq!(
            of_four,
            Some(Summary {
                least: 1.0,
                median: 2.5,
                most: 4.0
            })
        );
    }
}
