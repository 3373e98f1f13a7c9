//! Messages of many shapes, as protocols of both crates.

use reactive_messaging::ReactiveProtocol;
use reactive_messaging_0_4::prelude::ReactiveMessagingConfig;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ReactiveProtocol)]
pub(crate) enum Question {
    #[default]
    Hello,
    Square(i32),
    Sum(u64, i64, f64),
    Greet {
        name: String,
        times: u8,
    },
    Reverse(String),
    First(char),
    Longest(Vec<String>),
    Nested(Option<Box<Question>>),
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ReactiveProtocol)]
pub(crate) enum Answer {
    #[default]
    World,
    Square(i64),
    Sum(f64),
    Greeting {
        text: String,
        length: usize,
    },
    Reversed(String),
    Codepoint(u32, char),
    Longest(Option<String>),
    Nested(Box<Answer>),
}

impl ReactiveMessagingConfig<Question> for Question {}
impl ReactiveMessagingConfig<Answer> for Answer {}

impl Question {
    pub(crate) fn answer(&self) -> Answer {
        match self {
            Self::Hello => Answer::World,
            Self::Square(n) => Answer::Square(i64::from(*n) * i64::from(*n)),
            Self::Sum(a, b, c) => Answer::Sum(*a as f64 + *b as f64 + c),
            Self::Greet { name, times } => {
                let text = format!("Hello, {name}! ").repeat((*times).into());
                let length = text.len();
                Answer::Greeting { text, length }
            }
            Self::Reverse(text) => Answer::Reversed(text.chars().rev().collect()),
            Self::First(letter) => Answer::Codepoint(u32::from(*letter), *letter),
            Self::Longest(words) => {
                Answer::Longest(words.iter().max_by_key(|word| word.len()).cloned())
            }
            Self::Nested(None) => Answer::Nested(Box::new(Answer::World)),
            Self::Nested(Some(question)) => Answer::Nested(Box::new(question.answer())),
        }
    }
}

/// Every shape, and what RON has to escape.
pub(crate) fn questions() -> Vec<Question> {
    let texts = [
        "",
        "plain",
        "\"quoted\" and 'single'",
        "two\nlines\r\nand a \ttab",
        "back\\slash \\n that is no newline",
        "Grüße, 世界 🌍, e\u{301}",
        "zero \0, bell \u{7}, escape \u{1b}, delete \u{7f}",
        "(brackets), [more], {even}: r#\"raw\"#, // no comment, /* none */",
    ];
    let mut questions = vec![
        Question::Hello,
        Question::Square(i32::MIN),
        Question::Sum(u64::MAX, i64::MIN, -0.125),
        Question::Sum(0, 0, 1e300),
        Question::Greet {
            name: "Earth".into(),
            times: 3,
        },
        Question::Greet {
            name: "\"\n".into(),
            times: 0,
        },
        Question::Longest(Vec::new()),
        Question::Longest(texts.map(String::from).into()),
        Question::Nested(None),
        Question::Nested(Some(Box::new(Question::Nested(Some(Box::new(
            Question::Square(-7),
        )))))),
    ];
    questions.extend(texts.map(|text| Question::Reverse(text.into())));
    // not the newline: the `ron` crate writes it as it is, and no line can carry that
    questions.extend(['a', '\'', '"', '\t', '\\', '\0', 'ß', '🌍'].map(Question::First));
    questions
}
