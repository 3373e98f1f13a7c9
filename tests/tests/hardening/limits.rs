//! Every limit where it acts: what happens when it is met, and not before.

mod accept;
mod connecting;
mod dialog;
mod extremes;
mod frames;
mod linger;
mod queues;
mod reading;
mod sockets;
mod table;
mod writing;
