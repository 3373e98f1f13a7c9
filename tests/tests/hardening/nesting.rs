//! F8, F9, F10: messages that nest too deep, or declare more than they hold. A stack that overflows
//! ends its process, so each test has one of its own, with little stack or memory.

use std::time::Duration;

use reactive_messaging::{
    ConstConfig, Decode, DecodeError, DisconnectReason, Encode, Incoming, Json, Peer, Postcard,
    ReactiveProtocol, Rkyv, Ron, Server,
};
use serde::{Deserialize, Serialize};
use tests::{Limits, Raw, WireKind, block_on, connect, cpu_time, framed, in_child, soon};

use super::std_end::assert_std_of;

/// How deep an attacker nests.
const DEEP: usize = 10_000;
/// As if handlers ran on threads with a quarter of the usual stack. Without optimisation, 32 levels of
/// the hungriest wire take 160 KiB; the rest is for server and remote, who share it here.
const LITTLE_STACK: Limits = Limits {
    descriptors: None,
    address_space: None,
    stack: Some(512 * 1024),
};
/// Room for frames that nest that deep: those are not to be refused for their length.
const CONFIG: ConstConfig = ConstConfig {
    max_frame_len: 1024 * 1024,
    outbound_bytes: 2 * 1024 * 1024,
    ..ConstConfig::default()
};

/// Contains itself in many ways.
#[derive(
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    ReactiveProtocol,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[rkyv(serialize_bounds(__S: rkyv::ser::Writer + rkyv::ser::Allocator, __S::Error: rkyv::rancor::Source))]
#[rkyv(deserialize_bounds(__D::Error: rkyv::rancor::Source))]
#[rkyv(bytecheck(bounds(__C: rkyv::validation::ArchiveContext, __C::Error: rkyv::rancor::Source)))]
enum Tree {
    End,
    Number(u32),
    Node(#[rkyv(omit_bounds)] Box<Tree>),
    Many(#[rkyv(omit_bounds)] Vec<Tree>),
    Opt(#[rkyv(omit_bounds)] Option<Box<Tree>>),
    Named {
        name: String,
        #[rkyv(omit_bounds)]
        tree: Box<Tree>,
    },
    #[protocol(error)]
    Mistake(String),
}

/// A way to nest, and how many levels each step of it has, by the count of the serde wires.
type Way = (fn(Tree) -> Tree, usize);

const WAYS: [Way; 4] = [
    (|tree| Tree::Node(Box::new(tree)), 1),
    (|tree| Tree::Many(vec![tree]), 2),
    (|tree| Tree::Opt(Some(Box::new(tree))), 2),
    (
        |tree| Tree::Named {
            name: String::new(),
            tree: Box::new(tree),
        },
        1,
    ),
];

fn nested((wrap, levels): Way, deep: usize) -> Tree {
    (0..deep / levels).fold(Tree::End, |tree, _| wrap(tree))
}

/// As archives count: the message itself is a level, and each step one more.
fn nested_archive((wrap, _): Way, deep: usize) -> Tree {
    nested((wrap, 1), deep - 1)
}

/// STD at `bad`, behind a message of as many levels as there may be.
async fn assert_too_deep<W: Encode<Tree> + Decode<Tree>>(wire: W, deepest: usize, bad: &[u8]) {
    let good = [Tree::End, Tree::Number(7), nested(WAYS[0], deepest)];
    let is_error = |tree: &Tree| matches!(tree, Tree::Mistake(_));
    let began = cpu_time();
    assert_std_of(wire, CONFIG, good, bad, is_error, |reason| {
        matches!(
            reason,
            DisconnectReason::Decode(DecodeError::TooDeep { max: 32 })
        )
    })
    .await;
    let worked = cpu_time() - began;
    assert!(
        worked < Duration::from_secs(1),
        "{worked:?} for one message"
    );
}

/// A line of `open`s, that are closed or not.
fn lines(open: &str, close: &str) -> [Vec<u8>; 2] {
    let opened = open.repeat(DEEP);
    [
        [&opened, "End", &close.repeat(DEEP), "\n"].concat().into(),
        [&opened, "\n"].concat().into(),
    ]
}

#[test]
fn f8_lines_that_nest_10000_deep() {
    in_child(LITTLE_STACK, || {
        block_on(async {
            for (open, close) in [
                ("Node(", ")"),
                ("Many([", "])"),
                ("Opt(Some(", "))"),
                ("Named(name:\"\",tree:", ")"),
            ] {
                for line in lines(open, close) {
                    assert_too_deep(Ron, 32, &line).await;
                }
            }
            for (open, close) in [
                (r#"{"Node":"#, "}"),
                (r#"{"Many":["#, "]}"),
                (r#"{"Opt":"#, "}"),
                (r#"{"Named":{"name":"","tree":"#, "}}"),
            ] {
                for line in lines(open, close) {
                    assert_too_deep(Json, 32, &line).await;
                }
            }
            for way in WAYS {
                let one_more = nested(way, 32 + way.1);
                assert_too_deep(Ron, 32, &framed::<Ron, _>(&one_more)).await;
                assert_too_deep(Json, 32, &framed::<Json, _>(&one_more)).await;
            }
        });
    });
}

#[test]
fn f9_binary_messages_that_nest_10000_deep() {
    in_child(LITTLE_STACK, || {
        // a recursion that deep is written, and dropped, where there is stack enough
        let writer = std::thread::Builder::new().stack_size(256 * 1024 * 1024);
        let archives =
            writer.spawn(|| WAYS.map(|way| framed::<Rkyv, _>(&nested_archive(way, DEEP))));
        let archives = archives.expect("a thread").join().expect("no panic");
        block_on(async {
            for step in [&[2][..], &[3, 1], &[4, 1], &[5, 0]] {
                let deep = WireKind::Postcard.around(&step.repeat(DEEP));
                assert_too_deep(Postcard, 32, &deep).await;
            }
            for archive in &archives {
                assert_too_deep(Rkyv, 31, archive).await;
            }
            for way in WAYS {
                let one_more = nested(way, 32 + way.1);
                assert_too_deep(Postcard, 32, &framed::<Postcard, _>(&one_more)).await;
                let one_more = nested_archive(way, 33);
                assert_too_deep(Rkyv, 31, &framed::<Rkyv, _>(&one_more)).await;
            }
        });
    });
}

/// Echoes the deepest messages that any config allows, on threads with half of the usual stack.
async fn assert_128_levels_fit<W>(wire: W, nested: fn(Way, usize) -> Tree)
where
    W: Encode<Tree> + Decode<Tree>,
{
    let server = Server::bind("memory://")
        .serve(|trees: Incoming<Tree>, _peer: Peer<Tree>| trees)
        .wire(wire)
        .config(ConstConfig {
            max_depth: 128,
            ..CONFIG
        })
        .await
        .expect("a server");
    for way in WAYS {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        let tree = framed::<W, _>(&nested(way, 128));
        raw.write(&tree).await;
        let told = raw.next_by(|bytes| {
            let is_whole = bytes.len() == tree.len();
            is_whole.then(|| std::mem::take(bytes))
        });
        let told = soon(told).await.expect("no reset");
        assert!(told == Some(tree), "{told:?}");
    }
    soon(server.shutdown()).await;
}

#[test]
fn f8_f9_as_many_levels_as_a_config_may_allow_fit_half_a_stack() {
    // tokio's workers have 2 MiB each; without optimisation, the hungriest wire takes 540 KiB
    const HALF: usize = 1024 * 1024;
    in_child(Limits::default(), || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .worker_threads(1)
            .thread_stack_size(HALF)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            assert_128_levels_fit(Ron, nested).await;
            assert_128_levels_fit(Json, nested).await;
            assert_128_levels_fit(Postcard, nested).await;
            assert_128_levels_fit(Rkyv, nested_archive).await;
        });
    });
}

/// Declares how many elements it has.
#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
enum Counted {
    Number(u32),
    Units(Vec<()>),
    Texts(Vec<String>),
    #[protocol(error)]
    Mistake(String),
}

#[test]
fn f10_counts_of_two_to_the_60() {
    // enough for a test, and next to nothing beside what is declared
    let little_memory = Limits {
        address_space: Some(1024 * 1024 * 1024),
        ..LITTLE_STACK
    };
    in_child(little_memory, || {
        block_on(async {
            const TWO_TO_THE_60: [u8; 9] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
            for variant in [1, 2] {
                for behind in [0, 1_000] {
                    let payload = [&[variant], &TWO_TO_THE_60[..], &vec![0; behind]].concat();
                    let good = [
                        Counted::Number(1),
                        Counted::Texts(vec![String::new(); 3]),
                        // a count without bytes for each element is only read as zero
                        Counted::Units(Vec::new()),
                    ];
                    let bad = WireKind::Postcard.around(&payload);
                    let is_error = |counted: &Counted| matches!(counted, Counted::Mistake(_));
                    let began = cpu_time();
                    assert_std_of(Postcard, CONFIG, good, &bad, is_error, |reason| {
                        matches!(
                            reason,
                            DisconnectReason::Decode(DecodeError::LengthOutOfBounds { .. })
                        )
                    })
                    .await;
                    let worked = cpu_time() - began;
                    assert!(worked < Duration::from_secs(1), "{worked:?}");
                }
            }
        });
    });
}
