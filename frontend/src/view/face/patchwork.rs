//! The geometry of a patchwork: a square cut six to nine times along slanting seams, as cloth is pieced from remnants.
//! The same identity gives the same cloth on every screen.

/// One piece of cloth.
pub(crate) struct Field {
    /// The class that dyes it.
    pub(crate) colour: &'static str,
    /// Its corners, for an SVG polygon on a grid of 400.
    pub(crate) points: String,
}

/// Dyes of the traditional palette, in the style sheet: indigo, gardenia, safflower, mugwort, undyed, ink, gromwell, jade.
const DYES: [&str; 8] = ["dye-0", "dye-1", "dye-2", "dye-3", "dye-4", "dye-5", "dye-6", "dye-7"];
/// Dyes of one cloth.
const DYES_OF_ONE: usize = 4;
const SIDE: f64 = 400.0;

type Point = (f64, f64);

/// Corners in order: upper left, upper right, lower right, lower left.
#[derive(Clone, Copy)]
struct Quad(Point, Point, Point, Point);

/// The pieces of an identity's cloth.
pub(crate) fn fields(identity: &str) -> Vec<Field> {
    let mut chance = SplitMix64(digest(identity));
    let dyes = dyes(&mut chance);
    let wanted = 6 + usize::try_from(chance.below(4)).unwrap_or_default();
    let mut quads = vec![Quad((0.0, 0.0), (SIDE, 0.0), (SIDE, SIDE), (0.0, SIDE))];
    while quads.len() < wanted {
        // The largest piece is cut next, so no cloth has one field and eight crumbs.
        let areas = quads.iter().map(Quad::area).enumerate();
        let Some((largest, _)) = areas.max_by(|(_, a), (_, b)| a.total_cmp(b)) else { break };
        let pieces = quads.swap_remove(largest).cut(&mut chance);
        quads.extend(pieces);
    }
    let mut above = usize::MAX;
    quads
        .iter()
        .map(|quad| {
            let mut dye = chance.below(DYES_OF_ONE as u64) as usize;
            if dye == above {
                dye = (dye + 1) % DYES_OF_ONE;
            }
            above = dye;
            Field { colour: dyes.get(dye).copied().unwrap_or_default(), points: quad.points() }
        })
        .collect()
}

/// A digest that is the same everywhere (FNV-1a, 64 bits).
pub(crate) fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Four different dyes.
fn dyes(chance: &mut SplitMix64) -> Vec<&'static str> {
    let mut dyes = DYES.to_vec();
    while dyes.len() > DYES_OF_ONE {
        let index = chance.below(dyes.len() as u64) as usize;
        dyes.remove(index);
    }
    dyes
}

impl Quad {
    /// Two pieces, cut across the longer side by a seam that slants a little.
    fn cut(self, chance: &mut SplitMix64) -> [Self; 2] {
        let Self(a, b, c, d) = self;
        let at = 0.34 + 0.32 * chance.part();
        let (first, second) = (at + 0.12 * (chance.part() - 0.5), at + 0.12 * (chance.part() - 0.5));
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

    fn points(&self) -> String {
        let Self(a, b, c, d) = self;
        [a, b, c, d].map(|(x, y)| format!("{} {}", unit(*x), unit(*y))).join(" ")
    }
}

/// Whole units are fine enough, and numbers with a fraction take a formatter of their own.
fn unit(length: f64) -> i32 {
    length.round() as i32
}

fn between(from: Point, to: Point, part: f64) -> Point {
    (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
}

fn length(from: Point, to: Point) -> f64 {
    (to.0 - from.0).hypot(to.1 - from.1)
}

/// A repeatable sequence (SplitMix64).
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// From 0 to 1.
    fn part(&mut self) -> f64 {
        self.below(1 << 20) as f64 / f64::from(1 << 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cloth_has_six_to_nine_fields_and_is_always_the_same() {
        for number in 0..500 {
            let identity = format!("person-{number}");
            let cloth = fields(&identity);
            assert!((6..=9).contains(&cloth.len()));
            let again = fields(&identity);
            assert!(cloth.iter().zip(&again).all(|(a, b)| a.points == b.points && a.colour == b.colour));
        }
    }

    #[test]
    fn different_people_have_different_cloths() {
        let cloths: std::collections::BTreeSet<String> = (0..500)
            .map(|number| {
                fields(&format!("person-{number}")).iter().map(|f| f.points.clone() + f.colour).collect()
            })
            .collect();
        assert_eq!(cloths.len(), 500);
    }
}
