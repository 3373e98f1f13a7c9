//! The cases of HARDENING: every test begins with the id of its case.

mod hardening {
    mod archives;
    mod attack;
    mod backpressure;
    mod drain;
    mod exhaustion;
    mod framing;
    mod handlers;
    mod lifecycle;
    mod reconnect;
    mod records;
    mod std_end;
    mod time;
}
