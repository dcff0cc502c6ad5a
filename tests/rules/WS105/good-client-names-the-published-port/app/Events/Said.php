<?php
namespace App\Events;
class Said implements ShouldBroadcast {}
