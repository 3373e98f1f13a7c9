//! Every key of the derive.

use reactive_messaging::{ReactiveProtocol, wire};
use serde::{Deserialize, Serialize};

const LIMIT: usize = 4 * 1024;

#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
enum Plain {
    Hello,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(wire = wire::Json)]
#[protocol(max_frame_len = if LIMIT < 8 { 8 } else { LIMIT }, crate = reactive_messaging)]
enum Full {
    Hello,
    #[protocol(closing)]
    Bye,
    #[protocol(closing)]
    Leave { reason: u32 },
    #[protocol(closing)]
    Timeout(u32, u32),
    #[protocol(error, closing)]
    Error { text: Box<str> },
}

#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(wire = wire::Postcard,)]
enum Generic<T: Clone, const N: usize = 3>
where
    T: Send,
{
    Value(T),
    r#Raw { r#type: T },
    #[protocol(error)]
    Error(String),
}

fn main() {
    assert_eq!(Plain::MAX_FRAME_LEN, None);
    assert_eq!(Plain::error_message("failed".to_owned()), None);
    assert!(!Plain::Hello.is_closing());

    assert_eq!(Full::MAX_FRAME_LEN, Some(LIMIT));
    assert_eq!(Full::error_message("failed".to_owned()), Some(Full::Error { text: "failed".into() }));
    assert!(!Full::Hello.is_closing());
    for closing in [Full::Bye, Full::Leave { reason: 1 }, Full::Timeout(1, 2), Full::Error { text: "".into() }] {
        assert!(closing.is_closing());
    }
    let mut out = Vec::new();
    Full::Hello.encode(&mut out).unwrap();
    assert_eq!(out, br#""Hello""#);

    let value = Generic::<u32>::Value(7);
    let mut out = Vec::new();
    value.encode(&mut out).unwrap();
    assert_eq!(Generic::<u32>::decode(&out).unwrap(), value);
    assert_eq!(Generic::<u32, 4>::error_message("failed".to_owned()), Some(Generic::Error("failed".to_owned())));
    let _ = Generic::<u32>::Raw { r#type: 1 };
}
