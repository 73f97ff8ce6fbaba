//! The binary `attestry`.
fn main() {}
