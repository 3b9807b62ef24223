//! What sharing means, whatever face it is done through.

mod privacy;
mod rules;
