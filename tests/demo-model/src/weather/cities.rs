//! The cities that the weather server knows, and the weather that they always have.

#[derive(Clone, Copy, Debug)]
pub(crate) struct City {
    pub(crate) id: u32,
    pub(crate) name: &'static str,
    pub(crate) korean: &'static str,
    pub(crate) country: (&'static str, &'static str, &'static str),
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) elevation: f64,
    pub(crate) timezone: (&'static str, &'static str, i64),
    pub(crate) population: u32,
    pub(crate) weather: Weather,
}

/// The weather, in the units that Open-Meteo uses unasked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    pub(crate) temperature: f64,
    pub(crate) apparent: f64,
    /// A code of the World Meteorological Organization.
    pub(crate) code: u8,
    pub(crate) wind: f64,
    pub(crate) humidity: u8,
}

const KOREA: (&str, &str, &str) = ("KR", "South Korea", "대한민국");
const SEOUL_TIME: (&str, &str, i64) = ("Asia/Seoul", "GMT+9", 32_400);

#[rustfmt::skip]
pub(crate) const CITIES: [City; 14] = [
    city(1_835_848, ("Seoul", "서울"), KOREA, (37.566, 126.9784, 38.0), SEOUL_TIME, 10_349_312, (7.2, 4.1, 1, 9.7, 48)),
    city(1_838_524, ("Busan", "부산"), KOREA, (35.10168, 129.03004, 6.0), SEOUL_TIME, 3_678_555, (11.8, 9.0, 0, 14.4, 52)),
    city(1_846_266, ("Jeju City", "제주"), KOREA, (33.50972, 126.52194, 19.0), SEOUL_TIME, 408_364, (13.5, 11.2, 3, 21.6, 67)),
    city(1_835_329, ("Daegu", "대구"), KOREA, (35.87028, 128.59111, 44.0), SEOUL_TIME, 2_566_540, (9.4, 7.3, 2, 6.1, 45)),
    city(1_835_235, ("Daejeon", "대전"), KOREA, (36.34913, 127.38493, 55.0), SEOUL_TIME, 1_475_221, (8.1, 5.9, 45, 4.0, 81)),
    city(1_841_811, ("Gwangju", "광주"), KOREA, (35.15472, 126.91556, 42.0), SEOUL_TIME, 1_416_938, (9.9, 8.0, 61, 7.9, 76)),
    city(1_843_564, ("Incheon", "인천"), KOREA, (37.45646, 126.70515, 27.0), SEOUL_TIME, 2_954_955, (6.4, 2.8, 51, 15.8, 70)),
    city(1_850_147, ("Tokyo", "도쿄"), ("JP", "Japan", "일본"), (35.6895, 139.69171, 44.0), ("Asia/Tokyo", "GMT+9", 32_400), 9_733_276, (12.3, 10.6, 0, 8.3, 41)),
    city(2_643_743, ("London", "런던"), ("GB", "United Kingdom", "영국"), (51.50853, -0.12574, 25.0), ("Europe/London", "GMT+0", 0), 8_961_989, (8.6, 5.2, 80, 19.4, 88)),
    city(2_988_507, ("Paris", "파리"), ("FR", "France", "프랑스"), (48.85341, 2.3488, 42.0), ("Europe/Paris", "GMT+1", 3_600), 2_138_551, (9.1, 6.7, 3, 11.2, 79)),
    city(2_950_159, ("Berlin", "베를린"), ("DE", "Germany", "독일"), (52.52437, 13.41053, 74.0), ("Europe/Berlin", "GMT+1", 3_600), 3_426_354, (1.4, -3.1, 71, 13.0, 91)),
    city(5_128_581, ("New York", "뉴욕"), ("US", "United States", "미국"), (40.71427, -74.00597, 10.0), ("America/New_York", "GMT-5", -18_000), 8_804_190, (5.7, 2.0, 2, 16.9, 55)),
    city(5_391_959, ("San Francisco", "샌프란시스코"), ("US", "United States", "미국"), (37.77493, -122.41942, 16.0), ("America/Los_Angeles", "GMT-8", -28_800), 864_816, (13.9, 12.8, 45, 10.1, 84)),
    city(2_147_714, ("Sydney", "시드니"), ("AU", "Australia", "호주"), (-33.86785, 151.20732, 58.0), ("Australia/Sydney", "GMT+11", 39_600), 4_627_345, (24.6, 25.3, 95, 18.0, 63)),
];

const fn city(
    id: u32,
    names: (&'static str, &'static str),
    country: (&'static str, &'static str, &'static str),
    place: (f64, f64, f64),
    timezone: (&'static str, &'static str, i64),
    population: u32,
    weather: (f64, f64, u8, f64, u8),
) -> City {
    City {
        id,
        name: names.0,
        korean: names.1,
        country,
        latitude: place.0,
        longitude: place.1,
        elevation: place.2,
        timezone,
        population,
        weather: Weather {
            temperature: weather.0,
            apparent: weather.1,
            code: weather.2,
            wind: weather.3,
            humidity: weather.4,
        },
    }
}

/// The cities of this name, in either language. Two letters must be the whole name, more may be its beginning.
pub(crate) fn named(name: &str) -> Vec<&'static City> {
    let wanted = name.trim().to_lowercase();
    let fits = |own: &str| {
        let own = own.to_lowercase();
        own == wanted || (wanted.chars().count() > 2 && own.starts_with(&wanted))
    };
    let city = |city: &&City| fits(city.name) || fits(city.korean) || wanted == format!("{}시", city.korean);
    CITIES.iter().filter(city).collect()
}

/// The city at this place, or the nearest one: there is weather everywhere.
pub(crate) fn near(latitude: f64, longitude: f64) -> Option<&'static City> {
    let distance = |city: &City| (city.latitude - latitude).hypot(city.longitude - longitude);
    CITIES.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)))
}
