//! Builds the crate again when a catalog file is added, changed or removed: their bytes are embedded.

fn main() {
    println!("cargo::rerun-if-changed=../../catalogs");
}
