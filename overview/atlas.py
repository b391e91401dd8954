"""The map of the regions: dots of partners and arcs of transfers, prepared for one SVG and its table."""

from overview.mapping import Frame

WIDTH, HEIGHT = 720.0, 620.0


def draw(partners, transfers):
    """Return what ``overview/_atlas.html`` draws: frame, countries, one dot a region, one arc a transfer.

    Arcs need two different partner regions with a known point; all transfers stand in the table anyway.
    """
    partners, transfers = list(partners), list(transfers)
    regions = {o.region_id: o.region for o in partners if o.region.latitude is not None}
    frame = Frame.around(
        [(float(r.latitude), float(r.longitude)) for r in regions.values()], width=WIDTH, height=HEIGHT
    )
    return {
        "frame": frame,
        "countries": sorted({o.region.country for o in partners}),
        "dots": [_dot(frame, region, partners, transfers) for region in regions.values()],
        "arcs": [arc for arc in (_arc(frame, transfer) for transfer in transfers) if arc],
    }


def _dot(frame, region, partners, transfers):
    x, y = frame.place(float(region.latitude), float(region.longitude))
    names = [o.short_name for o in partners if o.region_id == region.pk]
    # A name stands left of its dot near the right edge, or where an arc leaves to the right.
    leaves_right = any(
        t.practice.region_id == region.pk and t.region and t.region.longitude and t.region.longitude > region.longitude
        for t in transfers
    )
    is_left = x > frame.width * 0.72 or (leaves_right and x > frame.width * 0.2)
    return {
        "x": x,
        "y": y,
        "name": region.name,
        "partners": ", ".join(names),
        "country": region.country,
        "text_x": round(x - 13 if is_left else x + 13, 1),
        "text_y": round(y + 5, 1),
        "anchor": "end" if is_left else "start",
    }


def _arc(frame, transfer):
    giver = transfer.practice.region
    taker = transfer.region
    if not giver or not taker or giver == taker or None in (giver.latitude, taker.latitude):
        return None
    start = (float(giver.latitude), float(giver.longitude))
    end = (float(taker.latitude), float(taker.longitude))
    tip_x, tip_y, angle = frame.arrow(start, end)
    style = {"adopted": "", "piloting": "test", "adapting": "test"}.get(transfer.stage, "learn")
    group = transfer.practice.workgroup
    return {
        "path": frame.arc(start, end),
        "style": style,
        "colour": group.colour if group else 0,
        "tip_x": tip_x,
        "tip_y": tip_y,
        "angle": angle,
        "transfer": transfer,
    }
