//! What is true of the whole program, whichever service is called: equal seeds give equal bytes, worlds keep apart,
//! and `kill -9` loses nothing that was answered.

mod archive;
mod attack;
mod determinism;
mod durability;
mod endpoints;
mod enforce;
mod explain;
mod isolation;
mod journal;
mod launches;
mod load;
mod network;
mod objects;
mod organization;
mod root_sessions;
mod services;
mod stop;
mod toolbox;

/// Bytes that are told apart by their seed: no two objects of a test are alike.
fn content(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let mut next = || {
        // xorshift64: cheap, and good enough to tell contents apart.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..size).map(|_| next()).collect()
}
