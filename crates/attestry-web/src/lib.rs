//! Pages and API
