//! Cases of robustness: every test begins with the id of its case, see `CONTRIBUTING.md`.

#![forbid(unsafe_code)]

mod hardening {
    mod archives;
    mod attack;
    mod backpressure;
    mod bombs;
    mod callbacks;
    #[cfg(target_os = "linux")]
    mod descriptors;
    mod drain;
    mod exhaustion;
    mod framing;
    mod handlers;
    mod lifecycle;
    mod limits;
    mod log;
    mod loopback;
    #[cfg(target_os = "linux")]
    mod nesting;
    mod one_thread;
    mod reconnect;
    mod records;
    mod scanning;
    mod shared;
    mod shared_ends;
    mod stages;
    mod std_end;
    mod table;
    mod time;
    mod unsendable;
}
