//! Where the boxes and arrows of a picture stand: the owner on top, who is asked about at the bottom.

use super::{Edge, Node};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_types::UserId;

/// The size of a box, and the room around it.
const WIDE: i32 = 150;
const HIGH: i32 = 44;
const ACROSS: i32 = 180;
const DOWN: i32 = 110;
const MARGIN: i32 = 16;
/// The most letters of a name that fit into a box.
const MAX_LETTERS: usize = 17;
/// The most boxes of a picture: with more, words say it better.
const MAX_NODES: usize = 60;

/// Boxes in rows, and the arrows between them.
pub(super) struct Graph<'a> {
    edges: &'a [Edge],
    owners: &'a [UserId],
    target: Option<UserId>,
    places: BTreeMap<Node, (i32, i32)>,
    size: (i32, i32),
}

impl<'a> Graph<'a> {
    /// The picture of these arrows; none when there is nothing to draw, or too much.
    pub(super) fn of(edges: &'a [Edge], owners: &'a [UserId], target: Option<UserId>) -> Option<Self> {
        let ranks = ranks(edges, target?);
        if edges.is_empty() || ranks.len() > MAX_NODES {
            return None;
        }
        let last = ranks.values().copied().max().unwrap_or(0);
        let mut rows: BTreeMap<i32, Vec<Node>> = BTreeMap::new();
        for (node, rank) in ranks {
            rows.entry(last - rank).or_default().push(node);
        }
        let widest = rows.values().map(|row| count(row.len())).max().unwrap_or(1);
        // Room beside the boxes for arrows that pass some.
        let width = widest * ACROSS + 2 * MARGIN + if last > 1 { ACROSS } else { 0 };
        let mut places = BTreeMap::new();
        for (row, nodes) in rows {
            let left = (width - count(nodes.len()) * ACROSS) / 2;
            for (at, node) in (0..).zip(nodes) {
                places.insert(node, (left + at * ACROSS + (ACROSS - WIDE) / 2, MARGIN + row * DOWN));
            }
        }
        Some(Self { edges, owners, target, places, size: (width, last * DOWN + HIGH + 2 * MARGIN) })
    }

    /// What the template draws.
    pub(super) fn view(&self, name: &impl Fn(&Node) -> String) -> Value {
        let boxes: Vec<Value> = self.places.iter().map(|(node, place)| self.view_box(node, *place, name)).collect();
        let arrows: Vec<Value> = self.edges.iter().filter_map(|edge| self.view_arrow(edge)).collect();
        json!({ "width": self.size.0, "height": self.size.1, "boxes": boxes, "arrows": arrows })
    }

    fn view_box(&self, node: &Node, (x, y): (i32, i32), name: &impl Fn(&Node) -> String) -> Value {
        let is_owner = matches!(node, Node::Person(user) if self.owners.contains(user));
        let is_target = matches!(node, Node::Person(user) if Some(*user) == self.target);
        let full = name(node);
        let kind = match node {
            Node::Person(_) if is_owner => "owner",
            Node::Person(_) => "person",
            Node::Group(_) => "group",
            Node::Between(_) => "between",
        };
        json!({
            "kind": kind, "is_target": is_target, "name": short(&full), "full": full,
            "x": x, "y": y, "wide": WIDE, "high": HIGH,
            "middle": x + WIDE / 2, "first_line": y + 19, "second_line": y + 35,
        })
    }

    fn view_arrow(&self, edge: &Edge) -> Option<Value> {
        let ((from_x, from_y), (to_x, to_y)) = (self.places.get(&edge.from)?, self.places.get(&edge.to)?);
        let (from_x, to_x) = (from_x + WIDE / 2, to_x + WIDE / 2);
        // Downwards as a rule; what goes round in a circle leaves at the side of the box.
        let is_down = from_y < to_y;
        let (from_y, to_y) = if is_down { (from_y + HIGH, *to_y) } else { (*from_y, to_y + HIGH) };
        let bend = (to_y - from_y) / 2;
        let aside = if bend.abs() > DOWN / 2 { ACROSS * 4 / 5 } else { 0 };
        let (first, second) = (from_x + aside, to_x + aside);
        let line = format!("M{from_x} {from_y} C{first} {} {second} {} {to_x} {to_y}", from_y + bend, to_y - bend);
        Some(json!({
            "line": line, "label": edge.label, "is_broken": edge.broken.is_some(),
            "x": (from_x + to_x) / 2 + aside * 3 / 4, "y": (from_y + to_y) / 2,
        }))
    }
}

/// How many arrows lie between a box and who is asked about: on the longest way, so that the owner stands on top; where
/// arrows go round in a circle, on the shortest.
fn ranks(edges: &[Edge], target: UserId) -> BTreeMap<Node, i32> {
    let shortest = shortest(edges, target);
    let mut ranks = shortest.clone();
    for _ in 0..=ranks.len() {
        let mut is_settled = true;
        for edge in edges {
            let (Some(to), Some(from)) = (ranks.get(&edge.to).copied(), ranks.get_mut(&edge.from)) else { continue };
            if *from <= to {
                *from = to + 1;
                is_settled = false;
            }
        }
        if is_settled {
            return ranks;
        }
    }
    shortest
}

/// How many arrows lie between a box and who is asked about, on the shortest way.
fn shortest(edges: &[Edge], target: UserId) -> BTreeMap<Node, i32> {
    let mut ranks = BTreeMap::from([(Node::Person(target), 0)]);
    loop {
        let mut grown = Vec::new();
        for edge in edges {
            if let (Some(rank), None) = (ranks.get(&edge.to), ranks.get(&edge.from)) {
                grown.push((edge.from.clone(), rank + 1));
            }
        }
        if grown.is_empty() {
            return ranks;
        }
        // One row at a time, so that the shortest way counts.
        for (node, rank) in grown {
            ranks.entry(node).or_insert(rank);
        }
    }
}

fn count(len: usize) -> i32 {
    i32::try_from(len).unwrap_or(i32::MAX / ACROSS)
}

fn short(name: &str) -> String {
    if name.chars().count() <= MAX_LETTERS {
        return name.to_owned();
    }
    name.chars().take(MAX_LETTERS - 1).chain(['…']).collect()
}
