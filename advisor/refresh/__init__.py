"""What a source says today, compared with what it said when it was last looked at: the only part that opens the network.

``cited`` lists the sources, ``fetch`` reads one page, ``text`` and ``passage`` cut out what a fact rests on, ``fingerprints``
keeps their digests, ``look`` compares. Only ``wsadvise data refresh --check`` imports any of it.
"""
