//! Groups client addresses for rate limits.

use std::net::{IpAddr, Ipv6Addr};

/// Returns the group by which an address is rate-limited: the IPv4 address itself, or the /64 of an IPv6 address, which is
/// what one household gets.
///
/// `connecting_ip` is the header `cf-connecting-ip`, which Cloudflare sets and a client cannot. Without it the request comes
/// from this machine (development).
pub fn address_group(connecting_ip: Option<&str>) -> String {
    match connecting_ip.map(|text| text.trim().parse()) {
        Some(Ok(IpAddr::V4(address))) => address.to_string(),
        Some(Ok(IpAddr::V6(address))) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        },
        Some(Err(_)) => "unreadable".to_owned(),
        None => "local".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_household_are_one_group() {
        assert_eq!(address_group(Some("203.0.113.7")), "203.0.113.7");
        assert_eq!(address_group(Some("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::/64");
        assert_eq!(address_group(Some("2001:db8:1:2::9")), "2001:db8:1:2::/64");
        assert_eq!(address_group(Some("::ffff:203.0.113.7")), "203.0.113.7");
        assert_eq!(address_group(Some("<script>")), "unreadable");
        assert_eq!(address_group(None), "local");
    }
}
