//! Signatures, judged by the published examples and by hand-made breaches.

mod chunk;
mod compare;
mod refusal;
mod v2;
