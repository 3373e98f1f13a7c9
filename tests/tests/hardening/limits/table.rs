//! The tables of `guide::limits` name every field, with its default.

use std::fmt::Debug;

use reactive_messaging::{ConstConfig, Reconnect, SocketOptions};

const GUIDE: &str = include_str!("../../../../reactive-messaging/src/guide/limits.rs");

/// A row: whose field it is, which one, in what unit, and with what default.
struct Row {
    of: &'static str,
    field: &'static str,
    unit: &'static str,
    default: &'static str,
}

/// All rows whose first cell links a field.
fn rows() -> Vec<Row> {
    let rows = GUIDE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("//! | [`")?.split('|').map(str::trim);
        let (field, link) = cells.next()?.split_once("`](crate::")?;
        let (of, linked) = link.trim_end_matches(')').split_once("::")?;
        assert_eq!(field, linked, "the link leads elsewhere");
        let (unit, default) = (cells.next()?, cells.next()?);
        Some(Row {
            of,
            field,
            unit,
            default,
        })
    });
    rows.collect()
}

/// What is written between the outermost braces of a `Debug` output, at its commas.
fn fields(value: &impl Debug) -> Vec<(String, String)> {
    let text = format!("{value:?}");
    fields_of(&text)
}

fn fields_of(text: &str) -> Vec<(String, String)> {
    let (_, inner) = text.split_once(" { ").expect("a struct");
    let inner = inner.strip_suffix(" }").expect("a struct");
    let (mut depth, mut pieces) = (0, vec![String::new()]);
    for character in inner.chars() {
        match character {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            ',' if depth == 0 => {
                pieces.push(String::new());
                continue;
            }
            _ => {}
        }
        pieces.last_mut().expect("the first").push(character);
    }
    let fields = pieces.iter().map(|piece| {
        let (name, value) = piece.trim().split_once(": ").expect("a field");
        (name.to_owned(), value.to_owned())
    });
    fields.filter(|(name, _)| name != "__extensible").collect()
}

/// A value as the table has it.
fn shown(value: &str, unit: &str) -> String {
    if let Some(value) = value.strip_prefix("Some(") {
        return shown(value.strip_suffix(')').expect("an end"), unit);
    }
    if value.starts_with("Backoff") {
        let of = fields_of(value);
        let [initial, max] = [0, 1].map(|n: usize| shown(&of[n].1, unit));
        return format!("{initial}, doubling up to {max}");
    }
    if value.starts_with("Keepalive") {
        let of = fields_of(value);
        let [idle, interval, probes] = [0, 1, 2].map(|n: usize| shown(&of[n].1, unit));
        return format!("after {idle}, every {interval}, {probes} times");
    }
    match value.parse::<usize>() {
        Ok(bytes) if unit == "bytes" && bytes % (1024 * 1024) == 0 => {
            format!("{} MiB", bytes / 1024 / 1024)
        }
        Ok(bytes) if unit == "bytes" => format!("{} KiB", bytes / 1024),
        Ok(number) if number >= 1_000 => format!("{},{:03}", number / 1_000, number % 1_000),
        Ok(number) => number.to_string(),
        Err(_) if value == "None" => "none".into(),
        Err(_) if value == "WaitForRoom" => format!("`{value}`"),
        // `10s`, `100ms`
        Err(_) if value.starts_with(|first: char| first.is_ascii_digit()) => {
            let at = value.find(|c: char| !c.is_ascii_digit()).expect("a unit");
            format!("{} {}", &value[..at], &value[at..])
        }
        Err(_) => value.into(),
    }
}

/// Compares the rows of one struct with its defaults, and with those of clients.
fn assert_rows(of: &str, server: &[(String, String)], client: &[(String, String)]) {
    let mut rows: Vec<_> = rows().into_iter().filter(|row| row.of == of).collect();
    for ((field, server), (_, client)) in server.iter().zip(client) {
        let Some(at) = rows.iter().position(|row| row.field == field) else {
            panic!("`{field}` of `{of}` has no row");
        };
        let row = rows.remove(at);
        let (default, _) = row
            .default
            .split_once(", which is ")
            .unwrap_or((row.default, ""));
        let [server, client] = [server, client].map(|value| shown(value, row.unit));
        let expected = match server == client {
            true => server,
            false => format!("{server}; client: {client}"),
        };
        assert_eq!(default, expected, "`{field}` of `{of}`");
    }
    let unknown: Vec<_> = rows.iter().map(|row| row.field).collect();
    assert!(unknown.is_empty(), "no fields of `{of}`: {unknown:?}");
}

#[test]
fn the_guide_names_every_limit_and_its_default() {
    let without_sockets = |config: ConstConfig| {
        let fields = fields(&config).into_iter();
        fields
            .filter(|(name, _)| name != "socket_options")
            .collect::<Vec<_>>()
    };
    let server = without_sockets(ConstConfig::default());
    assert_rows(
        "ConstConfig",
        &server,
        &without_sockets(ConstConfig::client()),
    );
    let sockets = fields(&SocketOptions::default());
    assert_rows("SocketOptions", &sockets, &sockets);
    let reconnect = fields(&Reconnect::default());
    assert_rows("Reconnect", &reconnect, &reconnect);
    let known = ["ConstConfig", "SocketOptions", "Reconnect"];
    assert!(rows().iter().all(|row| known.contains(&row.of)));
}
