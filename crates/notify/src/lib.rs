//! Turns outbox rows into messages.
