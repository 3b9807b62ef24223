//! The pages, without a browser: what is refused, what is kept secret, and what each form does.

mod admin;
mod asks;
mod blocks;
mod changes;
mod entry;
mod forms;
mod links;
mod lists;
mod passwords;
mod told;
