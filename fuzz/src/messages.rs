//! What is decoded.

use std::collections::BTreeMap;

use arrayvec::{ArrayString, ArrayVec};
use reactive_messaging::FixedSize;
use serde::{Deserialize, Serialize};

/// Many kinds of values, recursive in many ways.
#[derive(Debug, Serialize, Deserialize)]
pub enum Message {
    Unit,
    Newtype(Box<Message>),
    Numbers(bool, u8, u16, u32, u64, i8, i16, i32, i64),
    Floats(f32, f64),
    Text {
        text: String,
        char: char,
        option: Option<String>,
    },
    Many(Vec<Message>),
    Map(BTreeMap<String, Message>),
    Option(Option<Box<Message>>),
    Struct(Struct),
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Struct {
    bytes: [u8; 3],
    empty: (),
    next: Option<Box<Struct>>,
    keyed: BTreeMap<u16, Vec<char>>,
}

/// Asks for whatever comes next, which text can tell.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum SelfDescribing {
    Unit,
    Flat {
        id: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, Untagged>,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Untagged {
    Number(u32),
    Text(String),
    Many(Vec<Untagged>),
}

/// Elements without a byte of their own. Only read: a shorter form of the same counts need not fit.
pub type Hollow = (Vec<()>, Vec<Vec<[(); 3]>>, BTreeMap<u8, ()>, String);

/// Every kind of value that has a fixed size.
#[derive(Debug, Serialize, Deserialize, FixedSize)]
pub enum Record {
    Unit,
    Numbers(u8, u16, u32, u64, u128),
    Signed(i8, i16, i32, i64, i128),
    Floats(f32, f64),
    Checked {
        bool: bool,
        char: char,
        option: Option<Option<bool>>,
    },
    Many([Part; 2], (u8, (), bool), [bool; 5]),
    Text(ArrayString<20>, ArrayVec<Part, 3>),
}

#[derive(Debug, Serialize, Deserialize, FixedSize)]
pub struct Part(Option<char>, [u8; 3]);

/// Many kinds of values, recursive in two ways.
#[derive(Debug, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(derive(Debug))]
#[rkyv(serialize_bounds(__S: rkyv::ser::Writer + rkyv::ser::Allocator, __S::Error: rkyv::rancor::Source))]
#[rkyv(deserialize_bounds(__D::Error: rkyv::rancor::Source))]
#[rkyv(bytecheck(bounds(__C: rkyv::validation::ArchiveContext, __C::Error: rkyv::rancor::Source)))]
pub enum Archive {
    Unit,
    Numbers(bool, u8, u16, u32, u64, u128),
    Text {
        text: String,
        char: char,
        option: Option<String>,
    },
    Boxed(#[rkyv(omit_bounds)] Box<Archive>),
    Many(#[rkyv(omit_bounds)] Vec<Archive>),
    Map(BTreeMap<u16, String>),
}
