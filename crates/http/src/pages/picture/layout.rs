//! Where the boxes and arrows of a picture stand: the owner on top, who is asked about at the bottom.

use super::{Edge, Node};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_types::UserId;

/// The size of a box, and the room around it.
const WIDE: i32 = 150;
const HIGH: i32 = 44;
const ACROSS: i32 = 180;
const DOWN: i32 = 124;
const MARGIN: i32 = 16;
/// The room beside the boxes for arrows that pass some.
const BESIDE: i32 = 100;
/// How far arrows between the same two boxes keep from each other, and how far apart the outermost ones are at most.
const LANE: i32 = 30;
const LANES: i32 = 110;
/// The room that the letters of a name have in a box, in tenths of what they are measured in.
const ROOM: i32 = 1_340;
/// Of how many pieces a curve is measured.
const STEPS: i32 = 16;
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
        let columns = widest * ACROSS + 2 * MARGIN;
        let width = columns + if last > 1 { BESIDE } else { 0 };
        let mut places = BTreeMap::new();
        for (row, nodes) in rows {
            let left = (columns - count(nodes.len()) * ACROSS) / 2;
            for (at, node) in (0..).zip(nodes) {
                places.insert(node, (left + at * ACROSS + (ACROSS - WIDE) / 2, MARGIN + row * DOWN));
            }
        }
        let mut graph = Self { edges, owners, target, places, size: (width, last * DOWN + HIGH + 2 * MARGIN) };
        // Arrows that pass many rows, or keep from many others, swing further out than there is room for.
        let outermost = graph.curves().iter().map(|(_, curve)| curve.right()).max().unwrap_or(0);
        graph.size.0 = width.max(outermost + MARGIN);
        Some(graph)
    }

    /// What the template draws.
    pub(super) fn view(&self, name: &impl Fn(&Node) -> String) -> Value {
        let boxes: Vec<Value> = self.places.iter().map(|(node, place)| self.view_box(node, *place, name)).collect();
        let arrows = self.view_arrows();
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
            "kind": kind, "below": if kind == "between" { "" } else { kind }, "is_target": is_target, "name": short(&full), "full": full,
            "x": x, "y": y, "wide": WIDE, "high": HIGH,
            "middle": x + WIDE / 2, "first_line": y + 19, "second_line": y + 35,
        })
    }

    fn view_arrows(&self) -> Vec<Value> {
        let curves = self.curves();
        let mut taken: Vec<Area> =
            self.places.values().map(|(x, y)| Area { x: *x, y: *y, wide: WIDE, high: HIGH }).collect();
        let mut arrows = Vec::with_capacity(curves.len());
        for (edge, curve) in curves {
            let label = curve.label(&edge.label, self.size.0, &taken);
            arrows.push(json!({
                "line": curve.line(), "label": edge.label, "is_broken": edge.broken.is_some(),
                "x": label.x + label.wide / 2, "y": label.y + label.high / 2,
            }));
            taken.push(label);
        }
        arrows
    }

    /// The arrows and their ways: those between the same two boxes keep from each other.
    fn curves(&self) -> Vec<(&'a Edge, Curve)> {
        let drawn = self.drawn();
        let way = |(at, edge): (usize, &&'a Edge)| {
            let beside = |other: &&&Edge| other.joins(edge);
            let (lane, lanes) =
                (count(drawn.iter().take(at).filter(beside).count()), count(drawn.iter().filter(beside).count()));
            let step = LANE.min(LANES / (lanes - 1).max(1));
            Some((*edge, self.curve(edge, (2 * lane - lanes + 1) * step / 2)?))
        };
        drawn.iter().enumerate().filter_map(way).collect()
    }

    /// The arrows, those once that look the same.
    fn drawn(&self) -> Vec<&'a Edge> {
        let mut drawn: Vec<&Edge> = Vec::with_capacity(self.edges.len());
        for edge in self.edges {
            if !drawn.iter().any(|other| other.looks_like(edge)) {
                drawn.push(edge);
            }
        }
        drawn
    }

    /// Downwards as a rule; what passes a row keeps beside the boxes.
    fn curve(&self, edge: &Edge, shift: i32) -> Option<Curve> {
        let (from, to) = (*self.places.get(&edge.from)?, *self.places.get(&edge.to)?);
        let (rows, down) = ((to.1 - from.1).abs() / DOWN, (to.1 - from.1).signum());
        if rows > 1 && self.is_last_in_row(from) && self.is_last_in_row(to) {
            // The further it goes the flatter it leaves, so that none of them cross.
            let (aside, bend) = ((30 + 30 * rows).min(150) + shift, down * HIGH);
            let side = |(x, y): (i32, i32)| (x + WIDE, y + HIGH / 2);
            let (from, to) = (side(from), side(to));
            return Some(Curve([from, (from.0 + aside, from.1 + bend), (to.0 + aside, to.1 - bend), to]));
        }
        let end = |(x, y): (i32, i32), is_below: bool| (x + WIDE / 2 + shift, if is_below { y + HIGH } else { y });
        let (from, to) = (end(from, down > 0), end(to, down < 0));
        let (aside, bend) = (if rows > 1 { ACROSS / 2 } else { 0 }, (to.1 - from.1) / 2);
        Some(Curve([from, (from.0 + aside, from.1 + bend), (to.0 + aside, to.1 - bend), to]))
    }

    fn is_last_in_row(&self, (x, y): (i32, i32)) -> bool {
        !self.places.values().any(|(other_x, other_y)| *other_y == y && *other_x > x)
    }
}

impl Edge {
    fn joins(&self, other: &Self) -> bool {
        (&self.from, &self.to) == (&other.from, &other.to) || (&self.from, &self.to) == (&other.to, &other.from)
    }

    fn looks_like(&self, other: &Self) -> bool {
        let look = |edge: &Self| (edge.from.clone(), edge.to.clone(), edge.label.clone(), edge.broken.is_some());
        look(self) == look(other)
    }
}

/// The way of an arrow: a Bézier curve, by its ends and the two points that bend it.
struct Curve([(i32, i32); 4]);

impl Curve {
    /// Where a label may stand, best first: how much the second, third and last point count there, in thousandths.
    const STOPS: [(i32, i32, i32); 5] =
        [(375, 375, 125), (438, 269, 55), (269, 438, 238), (427, 150, 18), (150, 427, 405)];

    fn line(&self) -> String {
        let [from, first, second, to] = self.0.map(|(x, y)| format!("{x} {y}"));
        format!("M{from} C{first} {second} {to}")
    }

    /// How far to the right it comes.
    fn right(&self) -> i32 {
        let [from, first, second, to] = self.0.map(|(x, _)| x);
        let at = |step: i32| {
            let left = STEPS - step;
            let bent = 3 * left * step * (first * left + second * step);
            (from * left * left * left + bent + to * step * step * step) / (STEPS * STEPS * STEPS)
        };
        (0..=STEPS).map(at).max().unwrap_or(0)
    }

    /// Where its label stands: where nothing else does, if there is such a place.
    fn label(&self, text: &str, width: i32, taken: &[Area]) -> Area {
        let (wide, high) = (text.chars().map(breadth).sum::<i32>() * 9 / 100, 15);
        let [from, first, second, to] = self.0;
        let places = Self::STOPS.map(|(one, two, end)| {
            let at = |from: i32, first: i32, second: i32, to: i32| {
                from + ((first - from) * one + (second - from) * two + (to - from) * end) / 1_000
            };
            let (x, y) = (at(from.0, first.0, second.0, to.0), at(from.1, first.1, second.1, to.1));
            Area { x: (x - wide / 2).min(width - wide).max(0), y: y - high / 2, wide, high }
        });
        let [best, ..] = places;
        places.into_iter().find(|place| !taken.iter().any(|other| other.meets(place))).unwrap_or(best)
    }
}

/// Room that something takes.
#[derive(Clone, Copy)]
struct Area {
    x: i32,
    y: i32,
    wide: i32,
    high: i32,
}

impl Area {
    const fn meets(&self, other: &Self) -> bool {
        self.x < other.x + other.wide
            && other.x < self.x + self.wide
            && self.y < other.y + other.high
            && other.y < self.y + self.high
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

/// A name as far as it fits into a box.
fn short(name: &str) -> String {
    if name.chars().map(breadth).sum::<i32>() <= ROOM {
        return name.to_owned();
    }
    let mut left = ROOM - breadth('…');
    let fits = |letter: &char| {
        left -= breadth(*letter);
        left >= 0
    };
    name.chars().take_while(fits).chain(['…']).collect()
}

/// About how broad a letter is: narrow, usual or broad ones of ours; others may be as broad as they are high.
const fn breadth(letter: char) -> i32 {
    match letter {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | '.' | ',' | ':' | '\'' | ' ' | '-' | '(' | ')' => 55,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 130,
        'A'..='Z' => 105,
        letter if letter.is_ascii() => 88,
        _ => 145,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_types::GrantId;

    fn edge(from: UserId, to: UserId, label: &str) -> Edge {
        let (from, to) = (Node::Person(from), Node::Person(to));
        Edge { from, to, grant: Some(GrantId::mint()), label: label.to_owned(), broken: None }
    }

    #[test]
    fn no_two_arrows_and_no_two_labels_lie_on_each_other() {
        let [ann, bob, eve, dan] = [(); 4].map(|()| UserId::mint());
        let one_way = [("read", ann, bob), ("edit", ann, bob), ("read", ann, bob), ("edit and share", ann, bob)];
        let around = [("read", ann, bob), ("edit", bob, ann)];
        let crossing = [
            ("edit and share", ann, eve),
            ("edit and share", ann, dan),
            ("read", eve, bob),
            ("read", dan, bob),
            ("read", ann, bob),
        ];
        for (given, drawn) in [(&one_way[..], 3), (&around[..], 2), (&crossing[..], 5)] {
            let edges: Vec<Edge> = given.iter().map(|(label, from, to)| edge(*from, *to, label)).collect();
            let owners = [ann];
            let graph = Graph::of(&edges, &owners, Some(bob)).unwrap();
            let arrows = graph.view_arrows();
            let mut lines: Vec<&str> = arrows.iter().filter_map(|arrow| arrow["line"].as_str()).collect();
            lines.sort_unstable();
            lines.dedup();
            assert_eq!((arrows.len(), lines.len()), (drawn, drawn), "{given:?}");
            let at = |arrow: &Value| (arrow["x"].as_i64().unwrap(), arrow["y"].as_i64().unwrap());
            for (n, one) in arrows.iter().enumerate() {
                let (x, y) = at(one);
                assert!(x > 0 && x < i64::from(graph.size.0));
                let is_on = |other: &Value| (at(other).0 - x).abs() < 25 && (at(other).1 - y).abs() < 15;
                assert!(!arrows[..n].iter().any(is_on), "{given:?}: {arrows:?}");
            }
        }
    }

    #[test]
    fn no_arrow_is_cut_off_however_many_rows_and_lanes_there_are() {
        for (rows, lanes) in [(2, 1), (3, 4), (4, 4), (6, 1), (8, 12)] {
            let people: Vec<UserId> = (0..=rows).map(|_| UserId::mint()).collect();
            let mut edges: Vec<Edge> = people.windows(2).map(|two| edge(two[0], two[1], "read")).collect();
            let (ann, eve) = (people[0], people[rows]);
            edges.extend((0..lanes).map(|lane| edge(ann, eve, &format!("edit {lane}"))));
            let owners = [ann];
            let graph = Graph::of(&edges, &owners, Some(eve)).unwrap();
            for arrow in graph.view_arrows() {
                let text = arrow["line"].as_str().unwrap().replace(['M', 'C'], "");
                let numbers: Vec<f64> = text.split(' ').map(|number| number.parse().unwrap()).collect();
                for step in 0..=1_000 {
                    let (t, left) = (f64::from(step) / 1e3, 1.0 - f64::from(step) / 1e3);
                    let bent = 3.0 * left * t * (left * numbers[2] + t * numbers[4]);
                    let x = left.powi(3) * numbers[0] + bent + t.powi(3) * numbers[6];
                    let room = f64::from(graph.size.0);
                    assert!(x > 4.0 && x < room - 4.0, "{rows} {lanes}: {x} of {room}: {text}");
                }
            }
        }
    }

    #[test]
    fn a_name_is_cut_where_its_box_ends() {
        assert_eq!(short("somebody"), "somebody");
        assert_eq!(short("lillilillilillilill"), "lillilillilillilill");
        assert_eq!(short(&"W".repeat(64)), "WWWWWWWWW…");
        assert_eq!(short(&"語".repeat(64)).chars().count(), 9);
    }
}
