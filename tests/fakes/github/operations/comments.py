"""What happens to comments: listed in pages, written, edited and removed by their author."""

from __future__ import annotations

from fakes.github.calls import Answer, RefusedError

MOST_CHARACTERS = 65_536
MOST_BYTES = 262_144


def _checked(body):
    if not body.strip():
        raise RefusedError(
            422,
            "Validation Failed",
            errors=[{"resource": "IssueComment", "code": "missing_field", "field": "body"}],
        )
    if len(body) > MOST_CHARACTERS or len(body.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise RefusedError(
            422,
            "Validation Failed",
            errors=[
                {
                    "resource": "IssueComment",
                    "code": "unprocessable",
                    "field": "data",
                    "message": "Body is too long (maximum is 65536 characters)",
                }
            ],
        )
    return body


def _list(hub, call):
    number = call.number("issue_number")
    return hub.paged(call, [one for one in hub.comments if one["__number"] == number])


def _create(hub, call):
    hub.need("issues", "pull-requests")
    number = call.number("issue_number")
    if number not in hub.pulls and number not in {one["number"] for one in hub.issues}:
        raise RefusedError(404, "Not Found")
    return Answer(201, hub.add_comment(number, _checked(call.body["body"]), hub.bot()))


def _comment(hub, call):
    found = [one for one in hub.comments if one["id"] == call.number("comment_id")]
    if not found:
        raise RefusedError(404, "Not Found")
    return found[0]


def _own(hub, call):
    hub.need("issues", "pull-requests")
    comment = _comment(hub, call)
    if comment["user"] is None or comment["user"]["login"] != hub.login:
        raise RefusedError(403, "You do not have permission to change this comment")
    return comment


def _get(hub, call):
    return Answer(200, _comment(hub, call))


def _update(hub, call):
    comment = _own(hub, call)
    comment.update(body=_checked(call.body["body"]), updated_at=hub.now())
    return Answer(200, comment)


def _delete(hub, call):
    hub.comments.remove(_own(hub, call))
    return Answer(204)


def _react(hub, call):
    hub.need("issues", "pull-requests")
    comment = _comment(hub, call)
    made = {
        "id": hub.new_id(),
        "node_id": "R",
        "user": hub.bot(),
        "content": call.body["content"],
        "created_at": hub.now(),
    }
    same = [one for one in hub.reactions if one[:2] == (comment["id"], call.body["content"])]
    if same:
        return Answer(200, same[0][2])
    hub.reactions.append((comment["id"], call.body["content"], made))
    return Answer(201, made)


OPERATIONS = {
    "issues/list-comments": _list,
    "issues/create-comment": _create,
    "issues/get-comment": _get,
    "issues/update-comment": _update,
    "issues/delete-comment": _delete,
    "reactions/create-for-issue-comment": _react,
}
