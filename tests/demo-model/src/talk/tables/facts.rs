//! How people say what they like and what something is.

/// A preference has one of these words, and looking for them is much cheaper than a pattern.
pub(crate) const LIKE_HINTS: &str = "좋아 사랑 싫어 like love enjoy prefer fond hate";
/// Groups: the speaker, the thing, a negation, the verb, a negation.
pub(crate) const LIKES_KOREAN: &str = r"^(?:(?:근데|그리고) )?((?:나는|난|저는|전|나도?|저도?|내가|제가) )?(.+?)[을를이가도] (?:\S+ )??(?:\S+ )??(안 )?(좋아|사랑해|사랑합|싫어)\S*( 않)?";
/// Groups: a verb of dislike, the thing.
pub(crate) const LIKES_ENGLISH: &str = r"(?:^|[^\w'])i(?:['’]m| am)? (?:(do not like|don['’]t like|hate|dislike)|(?:really |also )?(?:like|love|enjoy|prefer)|fond of) (.+)";
pub(crate) const END_OF_LIKES: &str = r"[,;(].*| (?:but|because) .*";
/// Groups: an owner, the thing, what it is.
pub(crate) const FACT_ENGLISH: &str = r"(?:(?:^|[^\w'])(my|our)|^(?:remember(?: that|[,:]) )?the) (.+?) (?:is|are) (.+)$";
pub(crate) const FACT_KOREAN: &str = r"^(?:기억\S* )?(?:.*?(?:^|[\s,])(내|제|나의|저의|내가|제가) )?\s*(.*\S)[은는]\s+(\S.*)$";
pub(crate) const NO_THINGS: &str = "나 저 너 이거 그거 이것 그것 오늘 내일 우리 그 사실 지금";
