//! Stories live in the integration tests.
