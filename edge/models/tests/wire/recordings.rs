//! An answer of each API, in Korean and emoji (one of them of several characters), with every kind of line ending, comments,
//! keep-alives, data over two lines, a call of a tool, and an end that comes in one or in several events.

use models::Api;

/// An answer, the bytes after which it is known to be whole, and its text.
pub(crate) fn all() -> [(Api, &'static str, &'static str); 3] {
    [
        (Api::Responses, RESPONSES, "\n\ndata: [DONE]"),
        (Api::ChatCompletions, CHAT_COMPLETIONS, "\n\n: the tokens"),
        (Api::Gemini, GEMINI, "\n\n: the end"),
    ]
}

/// The text of each of them.
pub(crate) const TEXT: &str = "안녕하세요, 지민 님 👩‍👩‍👧‍👦 🎉 끝\n";

/// The terminal event repeats the text.
const RESPONSES: &str = concat!(
    "event: response.created\n",
    "data: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\",\"previous_response_id\":\"resp_0\",\"output\":[]}}\n\n",
    ": 살아 있음\n\n",
    "event: response.output_item.added\r\n",
    "data: {\"type\":\"response.output_item.added\",\"sequence_number\":1,\"output_index\":0,\"item\":{\"type\":\"message\"}}\r\n\r\n",
    "data: {\"type\":\"response.output_text.delta\",\"delta\":\"안녕하세요, \"}\n\n",
    "event: keepalive\rdata: {\"type\":\"keepalive\"}\r\r",
    "data: {\"type\":\"response.output_text.delta\",\r\ndata: \"delta\":\"지민 님 👩‍👩‍👧‍👦\"}\r\n\r\n",
    "data: {\"type\":\"response.output_text.delta\",\"delta\":\" \\ud83c\\udf89 끝\\n\"}\n\n",
    "data: {\"type\":\"response.output_item.done\",\"output_index\":2,\"item\":{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"call_a1\",\"name\":\"get_weather\",\"arguments\":\"{\\\"town\\\":\\\"서울\\\"}\"}}\n\n",
    "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"안녕하세요, 지민 님 👩‍👩‍👧‍👦 🎉 끝\\n\"}]}],\"usage\":{\"input_tokens\":30,\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":12}}}\n\n",
    "data: [DONE]\n\n",
);

/// The reason comes before the tokens.
const CHAT_COMPLETIONS: &str = concat!(
    "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],\"usage\":null}\n\n",
    ": 살아 있음\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"음…\"}}]}\r\n\r\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"안녕하세요, \"}}]}\n\n",
    "event: ping\rdata: {}\r\r",
    "data: {\"choices\":[{\"index\":0,\r\ndata: \"delta\":{\"content\":\"지민 님 👩‍👩‍👧‍👦\"}}]}\r\n\r\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" \\ud83c\\udf89 끝\\n\"}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_a1\",\"function\":{\"name\":\"get_weather\",\"arguments\":\"{\\\"town\\\":\"}}]}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"서울\\\"}\"}}]}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n",
    ": the tokens\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":12,\"total_tokens\":42}}\n\n",
    "data: [DONE]\n\n",
);

/// The end is the end of the bytes.
const GEMINI: &str = concat!(
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"음…\",\"thought\":true}],\"role\":\"model\"},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":30,\"totalTokenCount\":30}}\r\n\r\n",
    ": 살아 있음\n\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"안녕하세요, \"}],\"role\":\"model\"}}]}\n\n",
    "event: ping\rdata: {}\r\r",
    "data: {\"candidates\":[{\"content\":{\r\ndata: \"parts\":[{\"text\":\"지민 님 👩‍👩‍👧‍👦\"}]}}]}\r\n\r\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" \\ud83c\\udf89 끝\\n\"},{\"functionCall\":{\"name\":\"get_weather\",\"args\":{\"town\":\"서울\"}},\"thoughtSignature\":\"EjQK\"}]}}]}\n\n",
    "data: {\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":30,\"candidatesTokenCount\":9,\"thoughtsTokenCount\":3,\"totalTokenCount\":42}}\n\n",
    ": the end\n\n",
);
