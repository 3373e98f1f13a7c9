//! The cases of HARDENING: every test begins with the id of its case.

mod hardening {
    mod attack;
}
