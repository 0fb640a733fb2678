//! The patchwork pattern of a person's avatar: a square cut into six to nine pieces along slanted seams. The same id gives
//! the same pattern in every browser.

use shared::SplitMix64;

/// One piece of the pattern.
pub(crate) struct Piece {
    /// The CSS class that sets its color.
    pub(crate) class: &'static str,
    /// Its corners, for an SVG polygon on a grid of 400 by 400.
    pub(crate) points: String,
}

const COLOR_CLASSES: [&str; 8] =
    ["patch-0", "patch-1", "patch-2", "patch-3", "patch-4", "patch-5", "patch-6", "patch-7"];
/// The number of different colors in one pattern.
const COLORS: usize = 4;
/// A pattern has this many pieces or up to three more.
const MIN_PIECES: usize = 6;
const SIDE: f64 = 400.0;

type Point = (f64, f64);

/// Corners in this order: upper left, upper right, lower right, lower left.
#[derive(Clone, Copy)]
struct Quad(Point, Point, Point, Point);

/// The pieces of the pattern that belongs to `id`.
pub(crate) fn pieces(id: &str) -> Vec<Piece> {
    let mut rng = SplitMix64::new(fnv1a(id));
    let colors = choose_colors(&mut rng);
    let count = MIN_PIECES + usize::try_from(rng.up_to(3)).unwrap_or_default();
    let mut quads = vec![Quad((0.0, 0.0), (SIDE, 0.0), (SIDE, SIDE), (0.0, SIDE))];
    while quads.len() < count {
        // The largest piece is cut next, so that no pattern has one large piece and many crumbs.
        let areas = quads.iter().map(Quad::area).enumerate();
        let Some((largest, _)) = areas.max_by(|(_, a), (_, b)| a.total_cmp(b)) else { break };
        let halves = quads.swap_remove(largest).cut(&mut rng);
        quads.extend(halves);
    }
    let mut previous = usize::MAX;
    quads
        .iter()
        .map(|quad| {
            let mut color = index(&mut rng, COLORS);
            if color == previous {
                color = (color + 1) % COLORS;
            }
            previous = color;
            Piece { class: colors.get(color).copied().unwrap_or_default(), points: quad.points() }
        })
        .collect()
}

/// FNV-1a with 64 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>): a hash that is the same in every build.
pub(crate) fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn choose_colors(rng: &mut SplitMix64) -> Vec<&'static str> {
    let mut colors = COLOR_CLASSES.to_vec();
    while colors.len() > COLORS {
        let unused = index(rng, colors.len());
        colors.remove(unused);
    }
    colors
}

impl Quad {
    /// Two pieces, cut across the longer side along a slightly slanted seam.
    fn cut(self, rng: &mut SplitMix64) -> [Self; 2] {
        let Self(a, b, c, d) = self;
        let at = 0.34 + 0.32 * fraction(rng);
        let (first, second) = (at + 0.12 * (fraction(rng) - 0.5), at + 0.12 * (fraction(rng) - 0.5));
        if length(a, b) + length(d, c) >= length(a, d) + length(b, c) {
            let (upper, lower) = (between(a, b, first), between(d, c, second));
            [Self(a, upper, lower, d), Self(upper, b, c, lower)]
        } else {
            let (left, right) = (between(a, d, first), between(b, c, second));
            [Self(a, b, right, left), Self(left, right, c, d)]
        }
    }

    fn area(&self) -> f64 {
        let Self(a, b, c, d) = self;
        let cross = |p: &Point, q: &Point| p.0 * q.1 - q.0 * p.1;
        (cross(a, b) + cross(b, c) + cross(c, d) + cross(d, a)).abs() / 2.0
    }

    /// The corners in whole units, which are fine enough; formatting fractions would add a float formatter to the page.
    fn points(&self) -> String {
        let Self(a, b, c, d) = self;
        [a, b, c, d].map(|(x, y)| format!("{} {}", x.round() as i32, y.round() as i32)).join(" ")
    }
}

fn between(from: Point, to: Point, fraction: f64) -> Point {
    (from.0 + (to.0 - from.0) * fraction, from.1 + (to.1 - from.1) * fraction)
}

fn length(from: Point, to: Point) -> f64 {
    (to.0 - from.0).hypot(to.1 - from.1)
}

/// A random index below `length`.
fn index(rng: &mut SplitMix64, length: usize) -> usize {
    usize::try_from(rng.up_to(length.saturating_sub(1) as u64)).unwrap_or_default()
}

/// A random number from 0 to 1.
fn fraction(rng: &mut SplitMix64) -> f64 {
    const STEPS: u32 = 1 << 20;
    rng.up_to(u64::from(STEPS) - 1) as f64 / f64::from(STEPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_six_to_nine_pieces_and_is_always_the_same() {
        for number in 0..500 {
            let id = format!("person-{number}");
            let pattern = pieces(&id);
            assert!((6..=9).contains(&pattern.len()));
            let again = pieces(&id);
            assert!(pattern.iter().zip(&again).all(|(a, b)| a.points == b.points && a.class == b.class));
        }
    }

    #[test]
    fn different_people_have_different_patterns() {
        let patterns: std::collections::BTreeSet<String> = (0..500)
            .map(|number| {
                pieces(&format!("person-{number}")).iter().map(|f| f.points.clone() + f.class).collect()
            })
            .collect();
        assert_eq!(patterns.len(), 500);
    }
}
