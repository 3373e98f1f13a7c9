//! Repeats the microbenchmarks of the wires, and makes tables of them.

use std::{error::Error, process::Command};

use crate::{
    build, machine,
    options::Options,
    process::output,
    table::{row, summary},
};

/// All rounds of one figure.
struct Cell {
    table: String,
    contender: String,
    column: String,
    values: Vec<f64>,
}

/// A section in markdown, a table each for messages of one shape.
pub(crate) fn report(options: &Options) -> Result<String, Box<dyn Error>> {
    let binary = build::package("wires")?.join("wires");
    let mut cells = Vec::new();
    for round in 0..options.rounds {
        if options.patient {
            machine::await_calm()?;
        }
        eprintln!("wires round {}", round + 1);
        let figures = output(&mut Command::new(&binary), options.server_core)?;
        for line in figures.lines() {
            add(&mut cells, line).ok_or_else(|| format!("not a figure: {line}"))?;
        }
    }
    Ok(format!("\n## Wires, without sockets\n{}", tables(&cells)))
}

/// `TABLE<tab>CONTENDER<tab>COLUMN<tab>VALUE`
fn add(cells: &mut Vec<Cell>, line: &str) -> Option<()> {
    let mut fields = line.split('\t');
    let [table, contender, column, value] = std::array::from_fn(|_| fields.next());
    let [table, contender, column] = [table?, contender?, column?].map(str::to_owned);
    let value = value?.parse().ok()?;
    let known = cells
        .iter_mut()
        .find(|cell| (&cell.table, &cell.contender, &cell.column) == (&table, &contender, &column));
    match known {
        Some(cell) => cell.values.push(value),
        None => cells.push(Cell {
            table,
            contender,
            column,
            values: vec![value],
        }),
    }
    Some(())
}

fn tables(cells: &[Cell]) -> String {
    let mut text = String::new();
    for table in cells.chunk_by(|one, other| one.table == other.table) {
        let rows: Vec<_> = table
            .chunk_by(|one, other| one.contender == other.contender)
            .collect();
        let mut head = vec!["contender".to_owned()];
        head.extend(rows[0].iter().map(|cell| cell.column.clone()));
        text += &format!("\n### {}\n\n{}", table[0].table, row(&head));
        text += &row(&vec!["---".to_owned(); head.len()]);
        for cells in rows {
            let mut shown = vec![cells[0].contender.clone()];
            shown.extend(cells.iter().map(|cell| summary(cell.values.clone(), 1)));
            text += &row(&shown);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_of_one_figure_meet_in_one_cell() {
        let mut cells = Vec::new();
        for line in ["t\ta\tns\t1", "t\tb\tns\t5", "t\ta\tns\t2", "t\tb\tns\t5"] {
            assert!(add(&mut cells, line).is_some());
        }
        assert!(add(&mut cells, "t\ta\tns").is_none());
        assert!(add(&mut cells, "t\ta\tns\tx").is_none());
        let expected = "\n### t\n\n| contender | ns |\n| --- | --- |\n| a | **1.5** (1.0–2.0) |\n| b | **5.0** |\n";
        assert_eq!(tables(&cells), expected);
    }
}
