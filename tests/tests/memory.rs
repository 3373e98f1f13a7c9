//! What is claimed of memory, under an allocator that counts.

mod memory {
    #[forbid(unsafe_code)]
    mod bounds;
    mod counting;
    #[forbid(unsafe_code)]
    mod formula;
    #[forbid(unsafe_code)]
    mod groups;
    #[forbid(unsafe_code)]
    mod limits;
    #[forbid(unsafe_code)]
    mod stages;
    #[forbid(unsafe_code)]
    mod steady;
}
