//! What is claimed of memory, under an allocator that counts.

mod memory {
    mod bounds;
    mod counting;
    mod formula;
    mod groups;
    mod limits;
    mod stages;
    mod steady;
}
