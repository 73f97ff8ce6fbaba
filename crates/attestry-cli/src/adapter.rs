//! The outside that the use cases ask for: query engine, typesetter, clock and randomness.

pub use engine::Engine;
pub use typeset::Documents;
pub use world::SystemWorld;

mod engine;
mod typeset;
mod world;
