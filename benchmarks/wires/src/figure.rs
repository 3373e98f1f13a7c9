//! What the runner reads: `TABLE<tab>CONTENDER<tab>COLUMN<tab>VALUE`, a line each.

/// A row of a table, column by column.
pub(crate) fn print_row(table: &str, contender: &str, columns: &[(&str, f64)]) {
    for (column, value) in columns {
        println!("{table}\t{contender}\t{column}\t{value}");
    }
}
