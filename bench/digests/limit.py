"""The limit: the least code that makes a letter with the same words, from words that are already there."""

import re
from html import unescape

from django.template import Context, Engine

_ENGINE = Engine()
_TEXT = _ENGINE.from_string("""{% autoescape off %}Dear {{ greeted }},
{% for line in lines %}
{{ line }}
{% endfor %}{% for title, rows in sections %}
{{ title }}
{% for row in rows %}- {{ row.text }}
  {{ row.url }}
{% endfor %}{% endfor %}
{{ action.0 }}:
{{ action.1 }}

--
{{ why }}
Choose your letters: {{ settings_url }}
{{ head.name|default:head.acronym }}, {{ site_url }}
{{ head.funding_line }}{% endautoescape %}""")
_HTML = _ENGINE.from_string("""<!doctype html><html lang="en"><head><title>{{ subject }}</title></head><body>
<p>{{ head.acronym }}</p><h1>{{ subject }}</h1><p>Dear {{ greeted }},</p>
{% for line in lines %}<p>{{ line }}</p>{% endfor %}
{% for title, rows in sections %}<h2>{{ title }}</h2><ul>
{% for row in rows %}<li><a href="{{ row.url }}">{{ row.text }}</a></li>
{% endfor %}</ul>{% endfor %}<p><a href="{{ action.1 }}">{{ action.0 }}</a></p>
<p>If the button does not work, copy this address:<br>{{ action.1 }}</p>
<p>{{ why }} <a href="{{ settings_url }}">Choose your letters</a></p>
<p><a href="{{ site_url }}">{{ head.name|default:head.acronym }}</a><br>{{ head.funding_line }}</p></body></html>""")
_TAG = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL)


def letter(words):
    """Return text and HTML of ``words``, as ``notifications.rendering.words_of`` makes them."""
    context = Context(words)
    return _TEXT.render(context), _HTML.render(context)


def is_equal(mine, limit):
    """True when two pairs of text and HTML say the same words and lead to the same addresses."""
    return _said(mine) == _said(limit)


def _said(letter):
    text, html = letter
    return (
        text.replace("-- \n", "--\n").split(),
        unescape(_TAG.sub(" ", html)).split(),
        re.findall(r'href="([^"]+)', html),
    )
