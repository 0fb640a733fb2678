//! The ways in which people tell their names, what they like and what something is.

/// When a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When { Always, /** Only in a text that speaks of a changed name. */ Changed, /** It may be something else than a name. */ Perhaps }

/// How the name is cut out of what the row found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form { /** English words at the beginning. */ English, /** Korean, with or without "is". */ Korean, /** Korean with "is". */ KoreanIs, /** Before 라고, which may have a linking 이. */ Quoted, Exact }

/// Tried in this order, sentence by sentence; the first group holds the name.
pub(crate) const NAMES: [(When, Form, &str); 14] = [
    (When::Always, Form::English, r"\bmy name(?: is|['’]s) (?:not|no longer) .*?\b(?:but|it['’]s|it is) (.+)"),
    (When::Always, Form::English, r"(?:^|[^\w'])(?:my (?:new |real )?name(?: is|['’]s)(?: now| actually| really)?|chang(?:ed|ing) my name to|i(?:['’]m| am)(?: now)? called|i go by|i(?:['’]m| am) going by|(?:everyone calls|(?:people|friends|they) call) me|renamed myself(?: to)?|name has changed to|the name['’]s|call me) (.+)"),
    (When::Always, Form::Korean, r"(?:(?:^|[\s,])(?:내|제|나의|저의|새|새로운|이제|지금|본명|진짜|사실|현재)\s?|(?:^|,)\s*)이름[은이]\s*(?:.*(?:아니라|아니[고구]|말고) *)?(?:이제(?:부터)? )?(.+)$"),
    (When::Always, Form::KoreanIs, r"(?:^|[\s,])(?:내|제|나의|저의|새|새로운|이제|지금|본명|진짜|사실|현재)\s?이름 (.+)$"),
    (When::Always, Form::Quoted, r"^(?:(?:\S*[^를을\s]|날|나를|저를|이름을),? )*?(\S+?)라[고구]? (?:불러|부르|불리|불린|기억)"),
    (When::Always, Form::Quoted, r"(?:^|\s)(?:나는?|난|저는?|전|내가|제가) (?:.*\s)?(\S+?)라[고구]? (?:해|합니다|하고|하는|한다)"),
    (When::Always, Form::Exact, r"^(?:(?:\S*[^를을\s]|날|나를|저를|이름을),? )*?(\S+?)(?:으로|로) (?:불러|부르|불리|불린)"),
    (When::Always, Form::Exact, r"이름을? (\S+?)(?:으로|로) 기억"),
    (When::Changed, Form::English, r"(?:^|[^\w'])(?:it|i)(?:['’][sm]| is| am)(?: now)? (.+)"),
    (When::Changed, Form::Exact, r"(?:^|[\s,])(\S+?)(?:으로|로)(?:라고)? (?:바[꿨꾸뀌]|변경|개명|했)"),
    (When::Changed, Form::KoreanIs, r"(?:이제부터는?|이제는?|이젠|지금은|앞으로는?|오늘부터)\s+(?:(?:나는|난|저는|전|[내제] 이름은) )?(.+)$"),
    (When::Changed, Form::KoreanIs, r",\s*([^,]+)$"),
    (When::Perhaps, Form::KoreanIs, r"^(?:나는|난|저는|전) ([^\s,]{2,7})"),
    (When::Perhaps, Form::Exact, r"(?:^|[^\w'])(?:i['’]m|i am|this is) ((?-i:[A-Z][a-z]+))(?:[\s,]|$)"),
];
pub(crate) const CHANGED: &str = r"이름.*(?:바[꿨꿀꾸뀌뀐꾼뀜]|변경)|개명|name.*(?:changed|used to be|no longer)|(?:changed|no longer).*name|from now on";
/// A row that always counts needs one of these, and looking for them is much cheaper.
pub(crate) const HINTS: &str = "이름|라|로|name|call|go";
/// What follows an English name in the same clause.
pub(crate) const ENGLISH_ENDS: &str = "and but now please from by nice actually instead these since because so in if ok okay everyone everybody btw for again today when then not too i what what's who how can could do you remember is was with no";
pub(crate) const NO_NAMES: &str = "a an the later back maybe crazy what whatever on at tomorrow tonight soon something secret 이름 걸 것 학생 사람 개발자 선생님 친구 남자 여자 한국인 직장인 바보 어른 아이 부자 회사원 의사 대학생 고등학생 중학생 혼자 집 지금 팀장";
pub(crate) const NO_KOREAN_NAMES: &str = "^(?:기억|알|모르|묻|말|비밀|정말|너무|아직)|아니|바꿨|바뀌";
/// Endings that mean "is". Before the short ones two syllables must be left, since they may belong to a name.
pub(crate) const COPULAS: &str = r"^(?:(.+?)(?:입니다|이에요|인데요|인데|이랍니다|이거든요|이거든|라고|라구|예요|에요|야|얌)|(..+?)(?:거든요|거든|이요|이고|이다|이지|임|다|고|요))[.!~ㅎㅋ^♥*]*$";
/// Whether something is liked, and what. "민수는 김밥을 좋아해" is about somebody else.
pub(crate) const PREFERENCES: [(bool, &str); 4] = [
    (false, r"(?:^|[^\w'])i (?:do not like|don['’]t like|hate|dislike) (.+)"),
    (true, r"(?:^|[^\w'])i(?:['’]m| am)? (?:(?:really |also )?(?:like|love|enjoy|prefer)|fond of) (.+)"),
    (false, r"^(?:(?:근데|그리고) )?(?:(?:나는|난|저는|전|나도?|저도?|내가|제가) (.+?)|(\S*[^\s은는](?: .+?)?))[을를이가도] (?:\S+ )*?(?:싫어|안 좋아|안 사랑|좋아\S* 않)"),
    (true, r"^(?:(?:근데|그리고) )?(?:(?:나는|난|저는|전|나도?|저도?|내가|제가) (.+?)|(\S*[^\s은는](?: .+?)?))[을를이가도] (?:\S+ )*?(?:좋아|사랑해|사랑합)"),
];
pub(crate) const END_OF_LIKES: &str = r"^(?:it|that|you)$|[,;(].*| (?:but|because) .*";
/// Groups: an owner, the thing, what it is.
pub(crate) const FACT_ENGLISH: &str = r"(?:(?:^|[^\w'])(my|our)|^(?:remember(?: that|[,:]) )?the) (.+?) (?:is|are) (.+)$";
pub(crate) const FACT_KOREAN: &str = r"^(?:기억\S* )?(?:.*?(?:^|[\s,])(내|제|나의|저의|내가|제가) )?\s*(.*\S)[은는]\s+(\S.*)$";
pub(crate) const NO_THINGS: &str = "이름 나 저 너 이거 그거 이것 그것 오늘 내일 우리 그 사실 지금";
