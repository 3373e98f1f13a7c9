//! One suite over every wire and transport, and the parts of the API that cross all of them.

#![forbid(unsafe_code)]

mod conformance {
    mod alignment;
    mod classic;
    mod counts;
    mod dialogs;
    mod directions;
    mod fixed_layout;
    mod groups;
    mod items;
    mod outside;
    mod peers;
    mod services;
    mod shared;
    mod shared_items;
    mod stage_ends;
    mod stage_peers;
    mod stages;
    mod views;
    mod wires;
    mod writes;
}
