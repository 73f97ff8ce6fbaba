mod iam;
mod logs;
mod settings;
mod signing;
mod xml;
