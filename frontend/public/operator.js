// The operator's page: what the deployment spends, its limits, rooms and reports. docs/operations.md describes the requests.
//
// It is a page of its own, in plain JavaScript, so that no visitor loads it (ARCHITECTURE.md, "Own code").

const ENGLISH = {
  title: "Operator",
  secret: "Operator's secret",
  signIn: "Sign in",
  signOut: "Sign out",
  refresh: "Refresh",
  wrongSecret: "This is not the secret.",
  noOperator: "This deployment has no operator: set OPERATOR_SECRET (at least 32 characters).",
  tooMany: (seconds) => `Too many attempts. Try again in ${seconds} s.`,
  failed: "That did not work. Try again.",
  saved: "Saved. New calls follow it at once, calls under way within a minute.",
  hour: "This hour",
  day: "This day",
  of: (used, cap) => `${used} of ${cap}`,
  noLimit: (used) => `${used}, no limit`,
  resets: (time) => `until ${time}`,
  share: (hour, day) => `One address at most ${hour} an hour and ${day} a day.`,
  open: (leases) => `${leases} leases are open: rooms hold this money, and it counts as spent.`,
  limits: "Limits",
  limitsNote: "They hold instead of the variables, without a deploy, until you change them back.",
  botsOff: "Switch all bots off",
  offByVariable: "The variable BOTS switches the bots off.",
  isOff: "All bots are switched off. People can chat.",
  hourLimit: "Limit of an hour",
  dayLimit: "Limit of a day",
  addressShare: "Share of one address",
  asVariable: "as the variable says",
  off: "no limit",
  dollars: "US dollars",
  percent: "percent",
  amount: (name) => `${name}: amount`,
  save: "Save limits",
  badAmount: (name) => `${name}: enter an amount.`,
  usage: "Usage by day",
  date: "Day (UTC)",
  calls: "Calls",
  cost: "Cost",
  models: "Models",
  rooms: "Rooms that cost most today",
  addresses: "Addresses that cost most today",
  room: "Room",
  address: "Address (hash)",
  nothing: "Nothing yet.",
  closing: "Close or open a room",
  roomName: "Room's name or id",
  close: "Close",
  reopen: "Open",
  closed: (room) => `${room} is closed: nobody may enter.`,
  opened: (room) => `${room} is open.`,
  noRoom: "There is no such room.",
  sureClose: (room) => `Close ${room} to everybody? Its people are sent away at once.`,
  reports: "Reported messages",
  reportsNote: "The texts stay in the rooms: sign in here, then open the room and its settings.",
  time: "Time",
  message: "Message",
  reporters: "People",
  reason: "Reason",
};

const KOREAN = {
  title: "운영자",
  secret: "운영자 비밀 값",
  signIn: "로그인",
  signOut: "로그아웃",
  refresh: "새로고침",
  wrongSecret: "비밀 값이 맞지 않아요.",
  noOperator: "운영자가 설정되지 않았어요. OPERATOR_SECRET(32자 이상)을 설정해 주세요.",
  tooMany: (seconds) => `시도가 너무 많아요. ${seconds}초 뒤에 다시 해 주세요.`,
  failed: "되지 않았어요. 다시 해 주세요.",
  saved: "저장했어요. 새 호출에는 바로, 진행 중인 방에는 1분 안에 적용돼요.",
  hour: "이번 한 시간",
  day: "오늘",
  of: (used, cap) => `${cap} 중 ${used}`,
  noLimit: (used) => `${used}, 한도 없음`,
  resets: (time) => `${time}까지`,
  share: (hour, day) => `주소 하나는 한 시간에 ${hour}, 하루에 ${day}까지 쓸 수 있어요.`,
  open: (leases) => `방들이 미리 받아 둔 몫이 ${leases}개 있어요. 쓴 것으로 계산돼요.`,
  limits: "한도",
  limitsNote: "배포 없이 변수 대신 적용되고, 되돌릴 때까지 유지돼요.",
  botsOff: "모든 봇 끄기",
  offByVariable: "변수 BOTS가 봇을 꺼 두었어요.",
  isOff: "모든 봇이 꺼져 있어요. 사람들은 계속 이야기할 수 있어요.",
  hourLimit: "한 시간 한도",
  dayLimit: "하루 한도",
  addressShare: "주소 하나의 몫",
  asVariable: "변수대로",
  off: "한도 없음",
  dollars: "미국 달러",
  percent: "퍼센트",
  amount: (name) => `${name}: 값`,
  save: "한도 저장",
  badAmount: (name) => `${name}: 값을 넣어 주세요.`,
  usage: "날짜별 사용량",
  date: "날짜 (UTC)",
  calls: "호출",
  cost: "비용",
  models: "모델",
  rooms: "오늘 비용이 큰 방",
  addresses: "오늘 비용이 큰 주소",
  room: "방",
  address: "주소 (해시)",
  nothing: "아직 없어요.",
  closing: "방 닫기와 열기",
  roomName: "방 이름 또는 ID",
  close: "닫기",
  reopen: "열기",
  closed: (room) => `${room} 방을 닫았어요. 아무도 들어올 수 없어요.`,
  opened: (room) => `${room} 방을 열었어요.`,
  noRoom: "그런 방이 없어요.",
  sureClose: (room) => `${room} 방을 모두에게 닫을까요? 안에 있는 사람들이 바로 나가게 돼요.`,
  reports: "신고된 메시지",
  reportsNote: "메시지 글은 방에만 있어요. 여기서 로그인한 뒤 그 방의 설정을 열어 보세요.",
  time: "시각",
  message: "메시지",
  reporters: "신고한 사람",
  reason: "이유",
};

const REFRESH_MS = 30_000;
const MICROS = 1_000_000;

const forced = new URLSearchParams(location.search).get("lang");
const isKorean = (forced ?? stored("madang.lang") ?? navigator.language).startsWith("ko");
const text = isKorean ? KOREAN : ENGLISH;
const locale = isKorean ? "ko" : "en";

const money = new Intl.NumberFormat(locale, { style: "currency", currency: "USD", maximumFractionDigits: 4 });
const count = new Intl.NumberFormat(locale);
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });

const main = element("main");
const status = element("p", { role: "status", class: "warning" });
let timer;

/** What the browser's storage has for a key; it may be blocked. */
function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** An element with attributes (a function is a listener) and children (texts become text nodes). */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

function dollars(micros) {
  return money.format(micros / MICROS);
}

/** Calls an operator's endpoint. Resolves to its status, its JSON and its `Retry-After`. */
async function call(method, path, body) {
  try {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const reply = await fetch(`/api/operator${path}`, { method, headers, body: JSON.stringify(body) });
    const json = await reply.json().catch(() => ({}));
    return { status: reply.status, json, retryAfter: reply.headers.get("retry-after") ?? "60" };
  } catch {
    return { status: 0, json: {}, retryAfter: "60" };
  }
}

/** Says in a sentence why a request was refused. */
function complain({ status: code, retryAfter }) {
  if (code === 403) return showSignIn(document.getElementById("secret") ? text.wrongSecret : "");
  if (code === 404) main.replaceChildren(element("h1", {}, text.title), status);
  if (code === 404) return say(text.noOperator);
  say(code === 429 ? text.tooMany(retryAfter) : text.failed);
}

function say(words) {
  status.textContent = words;
}

function showSignIn(words) {
  clearInterval(timer);
  say(words);
  const secret = element("input", {
    id: "secret",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const submit = async (event) => {
    event.preventDefault();
    const reply = await call("POST", "", { secret: secret.value });
    if (reply.status !== 200) return complain(reply);
    say("");
    await load();
  };
  const form = element(
    "form",
    { submit },
    element("label", {}, text.secret, secret),
    element("div", {}, element("button", { class: "main" }, text.signIn)),
  );
  main.replaceChildren(element("h1", {}, text.title), status, element("section", {}, form));
  secret.focus();
}

/** Asks for everything and shows it. */
async function load() {
  const [usage, reports] = await Promise.all([call("GET", "/usage"), call("GET", "/reports")]);
  const refused = [usage, reports].find((reply) => reply.status !== 200);
  if (refused) return complain(refused);
  show(usage.json, reports.json.reports);
}

function show(summary, reports) {
  const signOut = async () => {
    await call("DELETE", "");
    showSignIn("");
  };
  main.replaceChildren(
    element(
      "header",
      {},
      element("h1", {}, text.title),
      element("button", { type: "button", click: load }, text.refresh),
      element("button", { type: "button", click: signOut }, text.signOut),
    ),
    status,
    ...warnings(summary),
    spending(summary),
    limits(summary),
    section(text.usage, usageTable(summary.days)),
    section(text.rooms, usedTable(text.room, summary.rooms)),
    section(text.addresses, usedTable(text.address, summary.addresses)),
    closing(),
    section(text.reports, element("p", { class: "quiet" }, text.reportsNote), reportTable(reports)),
  );
  clearInterval(timer);
  timer = setInterval(() => {
    // Whoever is filling in a form is not disturbed.
    if (!document.hidden && !main.contains(document.activeElement)) load();
  }, REFRESH_MS);
}

function warnings({ bots_off_by_variable: byVariable, overrides }) {
  const words = byVariable ? text.offByVariable : overrides.bots_off ? text.isOff : undefined;
  return words ? [element("p", { class: "warning" }, words)] : [];
}

function section(title, ...children) {
  return element("section", {}, element("h2", {}, title), ...children);
}

function spending({ hour, day: today, address_hour: ofHour, address_day: ofDay, open_leases: leases }) {
  const amount = (micros) => (micros === null ? text.off : dollars(micros));
  return element(
    "section",
    {},
    element("div", { class: "side-by-side" }, period(text.hour, hour), period(text.day, today)),
    element("p", { class: "quiet" }, text.share(amount(ofHour), amount(ofDay)), " ", text.open(count.format(leases))),
  );
}

function period(title, { cap, used, resets_at: resets }) {
  const words = cap === null ? text.noLimit(dollars(used)) : text.of(dollars(used), dollars(cap));
  const bar = element("meter", { "aria-label": title, min: 0, max: Math.max(cap ?? 0, 1), value: used });
  return element(
    "div",
    {},
    element("h2", {}, title),
    element("p", { class: "big number" }, words),
    ...(cap === null ? [] : [bar]),
    element("p", { class: "quiet" }, text.resets(clock.format(resets))),
  );
}

function limits({ overrides }) {
  const botsOff = element("input", { type: "checkbox", checked: overrides.bots_off });
  const fields = {
    hour: limitField(text.hourLimit, overrides.hour, text.dollars, MICROS),
    day: limitField(text.dayLimit, overrides.day, text.dollars, MICROS),
    address_percent: limitField(text.addressShare, overrides.address_percent, text.percent, 1),
  };
  const submit = async (event) => {
    event.preventDefault();
    const body = { bots_off: botsOff.checked };
    for (const [name, field] of Object.entries(fields)) {
      body[name] = field.value();
      if (body[name] === undefined) return say(text.badAmount(field.name));
    }
    const reply = await call("PUT", "/limits", body);
    if (reply.status !== 200) return complain(reply);
    await load();
    say(text.saved);
  };
  const form = element(
    "form",
    { submit, novalidate: true },
    element("label", { class: "check" }, botsOff, text.botsOff),
    ...Object.values(fields).map((field) => field.row),
    element("div", {}, element("button", { class: "main" }, text.save)),
  );
  return section(text.limits, element("p", { class: "quiet" }, text.limitsNote), form);
}

/** A choice between the variable, no limit and an amount. `unit` is how many of the wire's units one shown unit has. */
function limitField(name, override, unitName, unit) {
  // A text has a method of that name.
  const at = typeof override === "object" ? override.at : undefined;
  const amount = element("input", {
    type: "number",
    min: 0,
    step: "any",
    "aria-label": text.amount(name),
    value: at === undefined ? "" : at / unit,
  });
  const choice = element("select", {});
  for (const [value, words] of [["variable", text.asVariable], ["off", text.off], ["at", unitName]]) {
    choice.append(element("option", { value }, words));
  }
  choice.value = at === undefined ? override : "at";
  const follow = () => {
    amount.hidden = choice.value !== "at";
  };
  choice.addEventListener("change", follow);
  follow();
  const value = () => {
    if (choice.value !== "at") return choice.value;
    const number = amount.valueAsNumber;
    return Number.isFinite(number) && number >= 0 ? { at: Math.round(number * unit) } : undefined;
  };
  return { name, value, row: element("div", { class: "row" }, element("label", {}, name, choice), amount) };
}

function usageTable(days) {
  const rows = days.map((it) => [
    day.format(it.starts_at),
    number(count.format(it.calls)),
    number(dollars(it.micros)),
    it.models.map((model) => `${model.name} ${dollars(model.micros)}`).join(", "),
  ]);
  return table([text.date, number(text.calls), number(text.cost), text.models], rows);
}

function usedTable(title, used) {
  const rows = used.map((it) => [
    element("code", {}, it.name),
    number(count.format(it.calls)),
    number(dollars(it.micros)),
  ]);
  return table([title, number(text.calls), number(text.cost)], rows);
}

function reportTable(reports) {
  const rows = reports.map((it) => [
    moment.format(it.at),
    it.name ? element("a", { href: `/r/${encodeURIComponent(it.name)}` }, it.name) : element("code", {}, it.room),
    number(String(it.seq)),
    number(count.format(it.count)),
    it.reason,
  ]);
  return table([text.time, text.room, number(text.message), number(text.reporters), text.reason], rows);
}

/** A cell whose content stands at the right. */
function number(content) {
  return { content };
}

function table(heads, rows) {
  if (rows.length === 0) return element("p", { class: "quiet" }, text.nothing);
  const cell = (name, attributes) => (it) =>
    it?.content === undefined
      ? element(name, attributes, it)
      : element(name, { ...attributes, class: "number" }, it.content);
  return element(
    "div",
    { class: "scrolls", tabindex: 0, role: "group", "aria-label": heads.map((it) => it.content ?? it).join(", ") },
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...heads.map(cell("th", { scope: "col" })))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell("td", {}))))),
    ),
  );
}

function closing() {
  const room = element("input", { required: true, autocapitalize: "off", spellcheck: "false" });
  const set = async (closed) => {
    const name = room.value.trim();
    if (!name || (closed && !confirm(text.sureClose(name)))) return;
    const reply = await call("POST", "/rooms", { room: name, closed });
    if (reply.status === 200) return say(closed ? text.closed(name) : text.opened(name));
    if (reply.status === 404 || reply.status === 400) return say(text.noRoom);
    complain(reply);
  };
  return section(
    text.closing,
    element(
      "div",
      { class: "row" },
      element("label", {}, text.roomName, room),
      element("button", { type: "button", class: "danger", click: () => set(true) }, text.close),
      element("button", { type: "button", click: () => set(false) }, text.reopen),
    ),
  );
}

const theme = stored("madang.theme");
if (theme) document.documentElement.dataset.theme = theme;
document.documentElement.lang = locale;
document.title = `${text.title} · ${isKorean ? "마당" : "Madang"}`;
document.body.append(main);
load();
