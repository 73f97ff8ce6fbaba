//! Use cases, importers, collectors
