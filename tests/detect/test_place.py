import numpy as np
import pytest

from lapwing.detect.place import Place, locate
from lapwing.detect.stretches import end_to_end
from lapwing.detect.student import Student, each

NORMAL = Student(freedom=30.0, scale=1.0)


def at(values, rough, between, noise=NORMAL, widening=1.0):
    (place,) = located(values, [0, rough, len(values)], between, noise, widening)
    return place


def located(values, edges, between, noise=NORMAL, widening=1.0):
    noises = each([noise], [len(values)])
    (places,) = locate(values, end_to_end([edges]), np.array(between), noises, [widening])
    return places


def test_a_step_is_located_where_it_is():
    values = np.random.default_rng(3).normal(size=80) + 6.0 * (np.arange(80) >= 50)
    place = at(values, 50, (0.0, 6.0))

    assert place.index == 50
    assert place.earliest <= 50 <= place.latest <= 52


@pytest.mark.parametrize("length", [2, 6, 20])
def test_a_step_without_noise_is_located_exactly(length):
    values = np.repeat([1.0, 2.0], length // 2)
    place = at(values, 1, (1.0, 2.0), Student(freedom=30.0, scale=0.01))

    assert place == Place(index=length // 2, earliest=length // 2, latest=length // 2)


def test_each_step_is_located_between_its_neighbours_wherever_it_was_guessed():
    values = np.random.default_rng(4).normal(size=120) + 9.0 * np.repeat([0, 1, 0, 2], [30, 40, 20, 30])
    places = located(values, [0, 25, 74, 88, 120], (0.0, 9.0, 0.0, 18.0))

    assert [place.index for place in places] == [30, 70, 90]
    assert places[1] == Place(index=70, earliest=70, latest=70)


def test_a_place_with_likely_ones_about_it_is_better_than_one_alone():
    # One value at the new level far before the step makes its place the likeliest by a little.
    values = np.zeros(60)
    values[5:7] = 4.0
    values[8:30] = 2.0
    values[30:] = 4.0
    chances = at(values, 30, (0.0, 4.0), Student(freedom=30.0, scale=2.0), 3.0)

    assert chances.earliest <= chances.index <= chances.latest
    assert 8 <= chances.index <= 30


def test_the_range_holds_the_true_place_as_often_as_it_says():
    rng = np.random.default_rng(6)
    held = []
    for _ in range(400):
        place = at(rng.normal(size=60) + 1.5 * (np.arange(60) >= 30), 20, (0.0, 1.5))
        held.append(place.earliest <= 30 <= place.latest)

    assert np.mean(held) >= 0.92


def test_memory_makes_the_range_wider():
    values = np.random.default_rng(9).normal(size=60) + 2.0 * (np.arange(60) >= 30)
    plain, wide = (at(values, 30, (0.0, 2.0), widening=widening) for widening in (1.0, 2.0))

    assert wide.earliest <= plain.earliest <= plain.latest <= wide.latest
    assert (wide.earliest, wide.latest) != (plain.earliest, plain.latest)
