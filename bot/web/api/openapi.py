"""The HTTP interface's description of itself, as OpenAPI 3.1 reads it."""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _optional(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _written(length: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": length, "pattern": r"\S"}


def _answers(schema: Schema, *problems: int) -> Schema:
    failures = {
        str(status): {
            "description": "A problem",
            "content": {"application/problem+json": {"schema": _named("Problem")}},
        }
        for status in (401, 403, 429, 503, *problems)
    }
    return {"200": {"description": "Done", "content": {"application/json": {"schema": schema}}}, **failures}


def _linked(answers: Schema) -> Schema:
    """`answers` with where a quote of the first one leads: to the text that its offsets refer to."""
    link = {"operationId": "document", "parameters": {"id": "$response.body#/quotes/0/document"}}
    answers["200"]["links"] = {"document": link}
    return answers


def _takes(**properties: Schema) -> Schema:
    required = [name for name in properties if name not in ("before", "collection")]
    schema = {"type": "object", "required": required, "properties": properties}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


EXAMPLE = "How many smart factories are there?"
SPAN: Schema = {"type": "array", "items": WHOLE, "minItems": 2, "maxItems": 2}
SCHEMAS: dict[str, Schema] = {
    "Source": _object(
        path=TEXT,
        title=TEXT,
        lang=TEXT,
        **{
            name: _optional(TEXT)
            for name in ("publisher", "published", "url", "rights", "translation_of", "superseded_by")
        },
    ),
    "Part": _object(role=TEXT, text=TEXT, start=WHOLE, end=WHOLE, shown=TEXT),
    "Quote": _object(
        text=TEXT,
        shown=TEXT,
        shape=TEXT,
        parts=_list(_named("Part")),
        answers=_optional(WHOLE),
        start=WHOLE,
        end=WHOLE,
        highlights=_list(SPAN),
        section=TEXT,
        page=_optional(WHOLE),
        row=TEXT,
        document=TEXT,
        collection=TEXT,
        source=_named("Source"),
        link=TEXT,
    ),
    "Places": _object(count=WHOLE, of={"type": "string", "enum": ["documents", "sections"]}, more={"type": "boolean"}),
    "Answer": _object(
        id=TEXT,
        question=TEXT,
        answered={"type": "boolean"},
        confidence={"type": "number", "minimum": 0, "maximum": 1},
        hedged={"type": "boolean"},
        question_parts=_list(TEXT),
        places=_optional(_named("Places")),
        read_as=TEXT,
        quotes=_list(_named("Quote")),
        nearest=_list(_named("Quote")),
        suggestions=_list(TEXT),
        snapshot=TEXT,
    ),
    "Sentence": _object(
        text=TEXT,
        start=WHOLE,
        end=WHOLE,
        verdict={"type": "string", "enum": ["exact", "close", "nowhere"]},
        quotes=_list(_named("Quote")),
    ),
    "Verified": _object(sentences=_list(_named("Sentence")), snapshot=TEXT),
    "Document": _object(
        id=TEXT, source=_named("Source"), text=TEXT, sections=_list(_object(title=TEXT, start=WHOLE, end=WHOLE))
    ),
    "Status": _object(snapshot=TEXT, documents=WHOLE, passages=WHOLE),
    "Problem": _object(type=TEXT, title=TEXT, status=WHOLE, detail=TEXT),
}
ID: Schema = {"name": "id", "in": "path", "required": True, "schema": TEXT}
BODY_PROBLEMS = (400, 408, 413, 415, 422)
OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Verbatim",
        "version": "1",
        "description": "Answers with the exact sentence of the documents, and says where it stands.",
    },
    "security": [{"key": []}],
    "paths": {
        "/api/ask": {
            "post": {
                "operationId": "ask",
                "summary": "The sentences that answer a question, or that there are none",
                "requestBody": _takes(
                    question=_written(2000) | {"examples": [EXAMPLE]},
                    before={"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 2000}},
                    collection=TEXT,
                ),
                "responses": _linked(_answers(_named("Answer"), 404, *BODY_PROBLEMS)),
            }
        },
        "/api/verify": {
            "post": {
                "operationId": "verify",
                "summary": "For each sentence of a text, where the documents say it",
                "requestBody": _takes(text=_written(50_000), collection=TEXT),
                "responses": _answers(_named("Verified"), 404, *BODY_PROBLEMS),
            }
        },
        "/api/documents/{id}": {
            "get": {
                "operationId": "document",
                "summary": "The text that offsets of quotes refer to",
                "parameters": [ID],
                "responses": _answers(_named("Document"), 404),
            }
        },
        "/api/status": {
            "get": {
                "operationId": "status",
                "summary": "Which snapshot answers, and how large it is",
                "responses": _answers(_named("Status")),
            }
        },
    },
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    },
}
