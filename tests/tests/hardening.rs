//! Cases of robustness: every test begins with the id of its case, see `CONTRIBUTING.md`.

#![forbid(unsafe_code)]

mod hardening {
    mod archives;
    mod attack;
    mod backpressure;
    mod drain;
    mod exhaustion;
    mod framing;
    mod handlers;
    mod lifecycle;
    mod limits;
    mod reconnect;
    mod records;
    mod shared;
    mod shared_ends;
    mod stages;
    mod std_end;
    mod time;
}
